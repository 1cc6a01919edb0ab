import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveSuite, type ServedSuite, type WayIn } from './serve-suite.ts';
import { loadSuites } from './suites.ts';

const post =
  (contentType: string) =>
  (url: string, query: string): Promise<Response> =>
    fetch(url, { method: 'POST', headers: { 'content-type': contentType }, body: JSON.stringify({ query }) });

const sendings = {
  'POST on the fast lane': post('application/json'),
  'POST on the Yoga lane': post('application/json; charset=UTF-8'),
  GET: (url: string, query: string) => fetch(`${url}?${new URLSearchParams({ query }).toString()}`),
};
const waysIn: Record<WayIn, string> = { subgraphs: 'its subgraphs', supergraph: 'its printed supergraph' };

const cases = Object.entries(waysIn).flatMap(([wayIn, words]) =>
  Object.entries(sendings).map(([sending, send]) => ({ wayIn: wayIn as WayIn, words, sending, send })),
);

for (const suite of loadSuites()) {
  describe(`${suite.name} over HTTP`, () => {
    let served: ServedSuite;
    beforeAll(async () => {
      served = await serveSuite(suite);
    });
    afterAll(() => served.close());

    for (const { name, query, data, errors } of suite.tests) {
      it.each(cases)(`answers ${name} from $words by $sending`, async ({ wayIn, send }) => {
        const response = await send(served.urls[wayIn], query);
        const answer = (await response.json()) as { data?: unknown; errors?: readonly unknown[] };
        expect(response.status).toBe(200);
        expect(answer.data ?? null).toEqual(data);
        if (errors !== undefined) expect((answer.errors ?? []).length > 0).toBe(errors);
      });
    }
  });
}
