import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startTestServer } from '../http/test-server.ts';
import { boundSubgraph } from './bound-subgraph.ts';
import { startStock, stockAt } from './stock-service.ts';

const LARGE = 'x'.repeat(11_000_000);

async function rest(text: string, answerBytes?: number) {
  const server = await startTestServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(gzipSync(JSON.stringify(text)));
  });
  const bound = answerBytes === undefined ? {} : { answerBytes };
  const { run } = boundSubgraph('type Query { text: String @rest(GET: "/text") }', { url: server.url, ...bound });
  return run('{ text }');
}

describe('the bound of an answer', () => {
  it('is 10 MB, or what it is set to, inflated', async () => {
    expect(await rest(LARGE)).toMatchObject({ data: { text: null }, errors: ['UPSTREAM_BAD_RESPONSE at text'] });
    expect((await rest(LARGE, 12_000_000)).data).toEqual({ text: LARGE });
    const { errors, raw } = await rest('x'.repeat(1000), 500);
    expect(errors).toEqual(['UPSTREAM_BAD_RESPONSE at text']);
    expect(raw[0]?.detail).toBe('The answer is longer than 500 bytes (answerBytes).');
  });

  it('holds for gRPC', async () => {
    const { url } = await startStock({ get: (_, answer) => answer(null, { sku: LARGE }) });
    const ask = (options: object) => stockAt(url, options).run('{ item(sku: "A") { sku } }');
    expect((await ask({})).errors).toEqual(['UPSTREAM_BAD_RESPONSE at item']);
    expect((await ask({ answerBytes: 12_000_000 })).data).toEqual({ item: { sku: LARGE } });
  });
});
