import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJson } from '../../../src/sources/bound/parse-json.ts';
import { json, startTestServer } from '../http/test-server.ts';
import { boundSubgraph } from './bound-subgraph.ts';

it.each([
  ['12345678901234567890', '12345678901234567890'],
  ['[-9007199254740993]', ['-9007199254740993']],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
  [
    '{"text":"12345678901234567890","near":1.2345678901234567}',
    { text: '12345678901234567890', near: 1.2345678901234567 },
  ],
  ['1e25', 1e25],
])('reads %s without a loss of digits', (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

it('leaves texts as they are, whatever they hold', () => {
  const value = {
    a: 'say \\"12345678901234567890',
    'b\\': 'x\\\\',
    c: '[12345678901234567890,',
    '12345678901234567890': '\\u0022',
  };
  expect(parseJson(JSON.stringify([value, 1]))).toEqual([value, 1]);
  expect(parseJson(`{"a\\\\":"\\\\",${JSON.stringify('"')}:12345678901234567890}`)).toEqual({
    'a\\': '\\',
    '"': '12345678901234567890',
  });
});

/** The same by the language's own means, at ten times the cost. */
function parseByReviver(text: string): unknown {
  return JSON.parse(text, (_, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? context?.source
      : value,
  );
}

it('reads any JSON as a reviver that is given the source would', () => {
  const integer = fc.bigInt({ min: -(10n ** 22n), max: 10n ** 22n }).map((value) => value.toString());
  const json = fc.oneof(fc.json({ maxDepth: 4 }), integer);
  fc.assert(
    fc.property(json, json, fc.string(), (first, second, key) => {
      const text = `[${first}, {${JSON.stringify(key)}:${second},"k" : ${JSON.stringify(first)} }]`;
      expect(parseJson(text)).toEqual(parseByReviver(text));
    }),
  );
});

it.each(['[012345678901234567890]', '[+12345678901234567890]', '[12345678901234567890', '{12345678901234567890:1}'])(
  'refuses %s, which is no JSON',
  (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  },
);

it('keeps __proto__ a name like any other, with long numbers beside it too', () => {
  const value = parseJson('{"__proto__":{"admin":true},"id":12345678901234567890}') as Record<string, unknown>;
  expect(Object.keys(value)).toEqual(['__proto__', 'id']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(value['admin']).toBeUndefined();
});

it('gives a 64-bit identifier as the service wrote it, and asks by it', async () => {
  const server = await startTestServer(({ path }, response) => {
    response.setHeader('content-type', 'application/json');
    if (path === '/latest') response.end('{"id":1234567890123456789}');
    else json(response, { text: path });
  });
  const { run } = boundSubgraph(
    `type Query { latest: Post @rest(GET: "/latest") }
     type Post { id: ID!  detail: Detail @rest(GET: "/posts/{id}") }
     type Detail { text: String }`,
    { url: server.url },
  );
  expect((await run('{ latest { id detail { text } } }')).data).toEqual({
    latest: { id: '1234567890123456789', detail: { text: '/posts/1234567890123456789' } },
  });
});
