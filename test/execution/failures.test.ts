import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import { commonPath, Failures } from '../../src/execution/failures.ts';
import { PathSet } from '../../src/execution/path-set.ts';
import { isRelatedPath, reportFailures } from '../../src/execution/report-failures.ts';

const error = new GatewayError('UPSTREAM_BAD_RESPONSE', 'no');

function report(paths: readonly (readonly (string | number)[])[]) {
  const failures = new Failures();
  for (const path of paths) failures.add(path, error);
  return reportFailures('users', failures.list()).map(({ path, extensions }) => ({ path, ...extensions }));
}

const many = (count: number, root = 'users') => Array.from({ length: count }, (_, index) => [root, index, 'name']);

describe('failures', () => {
  it('are shown one by one up to five', () => {
    expect(report(many(5))).toEqual(many(5).map((path) => ({ path })));
  });

  it.each([6, 100, 101, 40_000])('are shown five times and counted, when there are %i', (count) => {
    expect(report(many(count))).toEqual([...many(4).map((path) => ({ path })), { path: ['users'], places: count - 4 }]);
  });

  it('leave an error above each place, by its root field, however many there are', () => {
    const paths = [...many(5000), ...many(3000, 'friends'), ['me']];
    const shown = report(paths);
    expect(shown.slice(4)).toEqual([
      { path: ['users'], places: 4996 },
      { path: ['friends'], places: 3000 },
      { path: ['me'] },
    ]);
    expect(
      paths.every((path) => shown.some((one) => commonPath(one.path ?? [], path).length === one.path?.length)),
    ).toBe(true);
  });

  it('count as one at the same place for the same reason', () => {
    expect(report([['me'], ['me']])).toEqual([{ path: ['me'] }]);
  });
});

describe('a set of paths', () => {
  const paths = fc.array(fc.array(fc.constantFrom('a', 'b', 0, 1), { maxLength: 4 }), { maxLength: 6 });
  const path = fc.array(fc.constantFrom('a', 'b', 0, 1), { maxLength: 4 });

  it('knows which paths it explains', () => {
    fc.assert(
      fc.property(paths, path, (known, asked) => {
        const set = new PathSet();
        for (const one of known) set.add(one);
        expect(set.isRelated(asked)).toBe(known.some((one) => isRelatedPath(one, asked)));
      }),
    );
  });
});
