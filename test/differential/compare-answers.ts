import assert from 'node:assert/strict';

type Path = readonly (string | number)[];
type Answer = {
  readonly data?: unknown;
  readonly errors?: readonly { readonly path?: Path | undefined; readonly message: string }[] | undefined;
};

/**
 * Throws where the gateway's answer is not the one schema's: other data or key order, a null without an error that
 * explains it, or an error for something that did not fail.
 */
export function assertSameAnswer(actual: Answer, expected: Answer): void {
  const [actualText, expectedText] = [
    JSON.stringify(actual.data ?? null, null, 1),
    JSON.stringify(expected.data ?? null, null, 1),
  ];
  if (actualText !== expectedText)
    assert.deepEqual(JSON.parse(actualText), JSON.parse(expectedText), 'the data is the same');
  assert.equal(actualText, expectedText, 'the keys are in the same order');
  const data: unknown = JSON.parse(actualText);
  const [actualPaths, expectedPaths] = [pathsOf(actual), pathsOf(expected)];
  for (const path of expectedPaths) {
    assert.ok(
      explains(actualPaths, nullPlace(data, path)),
      `the failure at ${path.join('.')} is explained by one of ${describe(actual)}`,
    );
  }
  for (const path of actualPaths) {
    const place = nullPlace(data, path);
    // An error above its nulls may be there for what a service was asked beside the selection.
    if (readAt(data, place) !== null) continue;
    assert.ok(
      explains(expectedPaths, place),
      `${path.join('.')} has failed, as in ${describe(expected)}: ${describe(actual)}`,
    );
  }
}

const pathsOf = ({ errors }: Answer): readonly Path[] => (errors ?? []).map(({ path }) => path ?? []);

const describe = ({ errors }: Answer) =>
  JSON.stringify((errors ?? []).map(({ path, message }) => `${path?.join('.')}: ${message}`));

/** Where the response is null on the way to an error: errors below it may be left out. */
function nullPlace(data: unknown, path: Path): Path {
  let value = data;
  for (const [index, segment] of path.entries()) {
    if (value === null || typeof value !== 'object') return path.slice(0, index);
    value = (value as Record<string | number, unknown>)[segment];
  }
  return path;
}

function readAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, segment) => (value as Record<string | number, unknown>)[segment], data);
}

const explains = (errors: readonly Path[], place: Path) =>
  errors.some((error) => error.every((segment, index) => index >= place.length || place[index] === segment));
