import { describe, expect, it } from 'vitest';
import { json, startTestServer } from '../http/test-server.ts';
import { boundSubgraph } from './bound-subgraph.ts';

const sdl = `
  extend schema @source(naming: SNAKE_CASE)
  type Query {
    items(
      state: State
      pageSize: Int @map(from: "page[size]")
      tags: [String!] @map(from: "tags[]")
      expand: [String!] @map(from: "id:in,or*")
    ): [Item!]! @rest(GET: "/items{?state,pageSize,tags*,expand}")
    item(id: ID!, kind: State!): Item @rest(GET: "/{kind}/items/{id}", headers: [{ name: "x-kind", value: "{args.kind}" }])
  }
  type Mutation {
    add(input: NewItem!): Item @rest(POST: "/items")
    move(id: ID!, goal: State! @map(from: "Goal-State")): Item @rest(POST: "/items/{id}/moves", body: "{ to: args.goal }")
    mark(id: ID!, goal: State! @map(from: "Goal-State"), note: String): Item @rest(PUT: "/items/{id}")
  }
  enum State { OPEN @map(from: "open") ON_HOLD @map(from: "on-hold") CLOSED }
  input NewItem { fullName: String @map(from: "@name") state: State parts: [NewItem!] }
  type Item { id: ID name: String state: State states: [State!] }
`;

async function service(answer: unknown) {
  const server = await startTestServer((_, response) => json(response, answer));
  const { run } = boundSubgraph(sdl, { url: server.url });
  return { run, last: () => server.received.at(-1) };
}

describe('@map of arguments, input fields and enum values', () => {
  it('names query parameters as the service does', async () => {
    const { run, last } = await service([]);
    await run('{ items(pageSize: 5, tags: ["a", "b"], expand: ["x"], state: ON_HOLD) { id } }');
    expect(last()?.path).toBe('/items?state=on-hold&page%5Bsize%5D=5&tags%5B%5D=a&tags%5B%5D=b&id%3Ain%2Cor%2A=x');
  });

  it('leaves out what was not given', async () => {
    const { run, last } = await service([]);
    await run('{ items { id } }');
    expect(last()?.path).toBe('/items');
  });

  it('writes enum values in paths, headers and expressions as the service does', async () => {
    const { run, last } = await service({ id: 1 });
    await run('query ($kind: State!) { item(id: 1, kind: $kind) { id } }', { kind: 'ON_HOLD' });
    expect(last()).toMatchObject({ path: '/on-hold/items/1', headers: { 'x-kind': 'on-hold' } });
    await run('mutation { move(id: 1, goal: OPEN) { id } }');
    expect(last()?.body).toBe('{"to":"open"}');
  });

  it('writes bodies by the names of the service, at every depth', async () => {
    const { run, last } = await service({ id: 1 });
    await run('mutation ($input: NewItem!) { add(input: $input) { id } }', {
      input: { fullName: 'a', state: 'ON_HOLD', parts: [{ fullName: 'b', state: 'CLOSED', parts: null }] },
    });
    expect(JSON.parse(last()?.body ?? '')).toEqual({
      '@name': 'a',
      state: 'on-hold',
      parts: [{ '@name': 'b', state: 'CLOSED', parts: null }],
    });
    await run('mutation { mark(id: 1, goal: ON_HOLD, note: "n") { id } }');
    expect(JSON.parse(last()?.body ?? '')).toEqual({ 'Goal-State': 'on-hold', note: 'n' });
  });

  it('reads enum values out of answers', async () => {
    const { run } = await service({ id: 1, state: 'on-hold', states: ['open', 'CLOSED'] });
    expect(await run('{ item(id: 1, kind: OPEN) { state states } }')).toMatchObject({
      data: { item: { state: 'ON_HOLD', states: ['OPEN', 'CLOSED'] } },
    });
  });

  it('refuses a value that the enum does not have', async () => {
    const { run } = await service({ id: 1, state: 'lost' });
    const { data, errors } = await run('{ item(id: 1, kind: OPEN) { state } }');
    expect(data).toMatchObject({ item: { state: null } });
    expect(errors).toEqual(['UPSTREAM_BAD_RESPONSE at item.state']);
  });
});
