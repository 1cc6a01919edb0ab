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
