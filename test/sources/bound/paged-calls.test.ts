import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { json, startTestServer } from '../http/test-server.ts';
import { boundSubgraph } from './bound-subgraph.ts';

const types = `
  type Thing { id: ID! fullName: String }
  type ThingConnection { edges: [ThingEdge!]! nodes: [Thing!]! pageInfo: PageInfo! totalCount: Int }
  type ThingEdge { node: Thing! cursor: String! }
  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
`;

const styles = {
  page: '{ by: PAGE, size: "per_page", pageSize: 4, total: "total" }',
  fixed: '{ by: PAGE, param: "p", pageSize: 3, firstPage: 0, next: "more" }',
  offset: '{ by: OFFSET, size: "limit", pageSize: 5, total: "total" }',
  cursor: '{ by: CURSOR, size: "limit", pageSize: 4, next: "next" }',
  link: '{ by: LINK, size: "per_page", param: "page", pageSize: 4 }',
};
type Style = keyof typeof styles;

const schemaOf = (style: Style) => `
  extend schema @source(naming: SNAKE_CASE)
  type Query {
    things(first: Int, after: String, kind: String): ThingConnection
      @rest(GET: "/${style}{?kind}", select: "items", paginate: ${styles[style]})
    all(limit: Int): [Thing!] @rest(GET: "/${style}", select: "items", paginate: ${styles[style]})
    capped: [Thing!] @rest(GET: "/${style}", select: "items", paginate: ${styles[style].replace(' }', ', max: 6 }')})
  }
  ${types}
`;

/** A service of so many things that knows every style of pages. */
async function pagedService(count: number) {
  const things = Array.from({ length: count }, (_, index) => ({ id: index, full_name: `Thing ${index}` }));
  const server = await startTestServer(({ path }, response) => {
    const { pathname, searchParams } = new URL(path, 'http://x');
    const number = (name: string, otherwise: number) => Number(searchParams.get(name) ?? otherwise);
    const size = pathname === '/fixed' ? 3 : number('per_page', number('limit', 4));
    const starts: Record<string, () => number> = {
      '/page': () => (number('page', 1) - 1) * size,
      '/fixed': () => number('p', 0) * size,
      '/offset': () => number('offset', 0),
      '/cursor': () => Number((searchParams.get('cursor') ?? 'at 0').slice(3)),
      '/link': () => (number('page', 1) - 1) * size,
    };
    const start = starts[pathname]?.() ?? 0;
    const end = start + size;
    const hasMore = end < count;
    const link = `<${pathname}?page=${number('page', 1) + 1}&per_page=${size}>; rel="next", </link?page=9>; rel="last"`;
    json(
      response,
      { items: things.slice(start, end), total: count, more: hasMore, next: hasMore ? `at ${end}` : null },
      hasMore && pathname === '/link' ? { link } : {},
    );
  });
  return { url: server.url, received: server.received };
}

type Connection = {
  readonly things: {
    readonly edges: readonly { readonly node: { readonly id: string }; readonly cursor: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly totalCount: number | null;
  };
};

const query = `query ($first: Int, $after: String) { things(first: $first, after: $after) {
  edges { node { id } cursor } pageInfo { hasNextPage endCursor } totalCount } }`;

describe.each(Object.keys(styles) as Style[])('pages by %s', (style) => {
  it('give every item once, in order, however many are asked for at a time', async () => {
    const service = await pagedService(11);
    const { run } = boundSubgraph(schemaOf(style), { url: service.url });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }), async (counts) => {
        const seen: string[] = [];
        let after: string | null = null;
        for (let turn = 0; turn < 20; turn += 1) {
          const first = counts[turn % counts.length];
          const { data, errors } = await run(query, { first, after });
          expect(errors).toEqual([]);
          const { things } = data as Connection;
          seen.push(...things.edges.map(({ node }) => node.id));
          after = things.pageInfo.endCursor;
          if (!things.pageInfo.hasNextPage) break;
        }
        expect(seen).toEqual(Array.from({ length: 11 }, (_, index) => String(index)));
      }),
      { numRuns: 25 },
    );
  });

  it('are gathered to a list, or to as much of it as is asked for', async () => {
    const service = await pagedService(11);
    const { run } = boundSubgraph(schemaOf(style), { url: service.url });
    expect((await run('{ all { fullName } }')).data).toMatchObject({ all: { length: 11 } });
    expect((await run('{ all(limit: 7) { fullName } }')).data).toMatchObject({ all: { length: 7 } });
  });

  it('are an error, not a part, where there are more than the schema allows', async () => {
    const service = await pagedService(11);
    const { run } = boundSubgraph(schemaOf(style), { url: service.url });
    const { data, errors, raw } = await run('{ capped { id } }');
    expect([data, errors]).toEqual([{ capped: null }, ['UPSTREAM_BAD_RESPONSE at capped']]);
    expect(raw[0]?.detail).toContain('more than "max" (6) items');
  });
});

describe('a connection', () => {
  it('asks for no more than it gives, with the path’s own parameters, and says where it stands', async () => {
    const { url, received } = await pagedService(9);
    const { run } = boundSubgraph(schemaOf('page'), { url });
    const { data } = await run(
      '{ things(first: 2, kind: "a&b") { nodes { fullName } totalCount pageInfo { hasPreviousPage hasNextPage startCursor endCursor } edges { cursor } } }',
    );
    expect(received.map(({ path }) => path)).toEqual(['/page?kind=a%26b&per_page=2&page=1']);
    const { things } = data as { things: { edges: { cursor: string }[] } };
    const [one, two] = things.edges;
    expect(things).toMatchObject({
      nodes: [{ fullName: 'Thing 0' }, { fullName: 'Thing 1' }],
      totalCount: 9,
      pageInfo: { hasPreviousPage: false, hasNextPage: true, startCursor: one?.cursor, endCursor: two?.cursor },
    });
  });

  it('of nothing still says how much there is', async () => {
    const { url } = await pagedService(9);
    const { run } = boundSubgraph(schemaOf('offset'), { url });
    expect((await run(query, { first: 0 })).data).toEqual({
      things: { edges: [], pageInfo: { hasNextPage: true, endCursor: null }, totalCount: 9 },
    });
  });

  it('takes no cursor that is none of it, and no number beyond its bounds', async () => {
    const { url, received } = await pagedService(9);
    const { run } = boundSubgraph(schemaOf('offset'), { url });
    const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const forged = [
      '',
      'x',
      cursor({}),
      cursor(['/admin', 0, 5]),
      cursor([0, 0, 6]),
      cursor([-5, 0, 5]),
      cursor([0, 9, 5]),
      cursor([null, 0, 5]),
      'e'.repeat(5000),
    ];
    for (const after of forged) expect((await run(query, { after })).errors).toEqual(['BAD_USER_INPUT at things']);
    for (const first of [-1, 1001]) expect((await run(query, { first })).errors).toEqual(['BAD_USER_INPUT at things']);
    expect(received).toEqual([]);
  });

  it('keeps a forged cursor of a link inside its parameter', async () => {
    const { url, received } = await pagedService(9);
    const { run } = boundSubgraph(schemaOf('link'), { url });
    await run(query, { after: Buffer.from('["1&admin=1#/../x",0,4]').toString('base64url') });
    expect(received.map(({ path }) => path)).toEqual(['/link?per_page=4&page=1%26admin%3D1%23%2F..%2Fx']);
  });
});

describe('a service whose pages lie', () => {
  const sdl = `type Query { all: [Int!] @rest(GET: "/all", select: "items", paginate: { by: CURSOR, next: "next", pageSize: 2, max: 10 })
    linked: [Int!] @rest(GET: "/linked", paginate: { by: LINK, max: 10 }) }`;

  it.each([
    ['lead to themselves', () => ({ items: [1], next: 'x' })],
    ['never end', (turn: number) => ({ items: [], next: `x${turn}` })],
    ['are no lists', () => ({ items: 'all' })],
  ])('is not followed for ever: pages that %s', async (_, page) => {
    const server = await startTestServer((_received, response) => json(response, page(server.received.length)));
    const { run } = boundSubgraph(sdl, { url: server.url });
    expect((await run('{ all }')).errors).toEqual(['UPSTREAM_BAD_RESPONSE at all']);
    expect(server.received.length).toBeLessThan(20);
  });

  it('is not followed to another host', async () => {
    const server = await startTestServer((_, response) =>
      json(response, [1], { link: '<http://elsewhere.example/x>; rel=next' }),
    );
    const { run } = boundSubgraph(sdl, { url: server.url });
    expect((await run('{ linked }')).errors).toEqual(['UPSTREAM_BAD_RESPONSE at linked']);
    expect(server.received).toHaveLength(1);
  });

  it('and ends with 404 has ended; without a first page there is nothing', async () => {
    const server = await startTestServer(({ path }, response) =>
      path.includes('cursor=') ? json(response, {}, { status: 404 }) : json(response, { items: [1, 2], next: 'x' }),
    );
    expect((await boundSubgraph(sdl, { url: server.url }).run('{ all }')).data).toEqual({ all: [1, 2] });
  });
});
