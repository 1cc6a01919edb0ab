import { describe, expect, it } from 'vitest';
import { Revalidation } from '../../../src/sources/bound/revalidation.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/sources/http/http-message.ts';

const get = (path: string, headers: Record<string, string> = {}): HttpRequest => ({
  method: 'GET',
  path,
  headers,
  body: null,
  isRepeatable: true,
});
const ok = (body: string, headers: Record<string, string> = {}): HttpAnswer => ({ status: 200, headers, body });
const unchanged: HttpAnswer = { status: 304, headers: {}, body: '' };

function asking(bounds?: ConstructorParameters<typeof Revalidation>[0]) {
  const revalidation = new Revalidation(bounds);
  return async (request: HttpRequest, answer: HttpAnswer) => {
    let condition: string | undefined;
    const { body } = await revalidation.send(request, async (sent) => {
      condition = sent.headers['if-none-match'];
      return answer;
    });
    return [condition, body];
  };
}

describe('an answer with an ETag', () => {
  it('stands for a 304', async () => {
    const ask = asking();
    expect(await ask(get('/a'), ok('one', { etag: '"1"' }))).toEqual([undefined, 'one']);
    expect(await ask(get('/a'), unchanged)).toEqual(['"1"', 'one']);
    expect(await ask(get('/a'), ok('two', { etag: '"2"' }))).toEqual(['"1"', 'two']);
    expect(await ask(get('/a'), unchanged)).toEqual(['"2"', 'two']);
  });

  it('is not remembered anew where it was replaced while it was asked for', async () => {
    const revalidation = new Revalidation();
    await revalidation.send(get('/a'), async () => ok('one', { etag: '"1"' }));
    const late = Promise.withResolvers<HttpAnswer>();
    const asked = revalidation.send(get('/a'), () => late.promise);
    await revalidation.send(get('/a'), async () => ok('two', { etag: '"2"' }));
    late.resolve(unchanged);
    expect((await asked).body).toBe('one');
    expect((await revalidation.send(get('/a'), async () => unchanged)).body).toBe('two');
  });

  it('is never another caller’s, nor another path’s', async () => {
    const ask = asking();
    await ask(get('/a', { authorization: 'ada' }), ok('ada’s', { etag: '"1"' }));
    expect(await ask(get('/a', { authorization: 'bob' }), ok('bob’s'))).toEqual([undefined, 'bob’s']);
    expect(await ask(get('/a'), ok('nobody’s'))).toEqual([undefined, 'nobody’s']);
    expect(await ask(get('/b', { authorization: 'ada' }), ok('b'))).toEqual([undefined, 'b']);
  });

  it('is forgotten when the service gives none any more, says no-store, or answers another status', async () => {
    const ask = asking();
    for (const next of [
      ok('x'),
      ok('x', { etag: '"2"', 'cache-control': 'private, no-store' }),
      { ...ok('x'), status: 500 },
    ]) {
      await ask(get('/a'), ok('one', { etag: '"1"' }));
      await ask(get('/a'), next);
      expect((await ask(get('/a'), ok('y')))[0]).toBeUndefined();
    }
  });

  it('is bounded by number and by length, the longest unused going first', async () => {
    const ask = asking({ entries: 2, bytes: 1000 });
    for (const path of ['/a', '/b']) await ask(get(path), ok(path, { etag: '"1"' }));
    await ask(get('/a'), unchanged);
    await ask(get('/c'), ok('c', { etag: '"1"' }));
    expect((await ask(get('/a'), unchanged))[1]).toBe('/a');
    expect((await ask(get('/b'), ok('new')))[0]).toBeUndefined();
    await ask(get('/long'), ok('x'.repeat(200), { etag: '"1"' }));
    expect((await ask(get('/long'), ok('x')))[0]).toBeUndefined();
  });

  it('a 304 that was not asked for is no answer', async () => {
    await expect(asking()(get('/a'), unchanged)).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });
});
