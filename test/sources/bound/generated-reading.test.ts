import fc from 'fast-check';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { SendFetch } from '../../../src/model/source.ts';
import { type BindingClient, NOT_FOUND } from '../../../src/sources/bound/binding-client.ts';
import { createBoundSource } from '../../../src/sources/bound/bound-source.ts';
import { readSubgraph } from '../../../src/subgraph/read-subgraph.ts';
import { createTestContext, createTestProtect } from '../http/test-context.ts';
import { plain } from './bound-subgraph.ts';

const sdl = `
  extend schema @source(naming: SNAKE_CASE)
  type Query {
    things: [Thing]! @rest(GET: "/things")
    first: Thing @rest(GET: "/first")
    any: [Any!] @rest(GET: "/any")
    grid: [[Int]!] @rest(GET: "/grid")
  }
  type Thing @key(fields: "id") @rest(GET: "/batch{?id*}", batch: { match: "id" }) {
    id: ID!
    name: String
    itemCount: Int
    price: Float
    isNew: Boolean
    kind: Kind @map(from: "meta.kind")
    payload: JSON
    owner: Owner @map(from: "{ id: owner_id }")
    parent: Thing
    tags: [[String]]
    labels: [Label]
    notes(max: Int = 3): [Note] @rest(GET: "/things/{id}/notes{?max}")
    constructor: String
  }
  type Owner @key(fields: "id") @rest(GET: "/owners/{id}") { id: ID! name: String thing: Thing @map(from: "{ id: thing_id, name: thing_name }") }
  type Note { text: String! author: Owner }
  type Label { key: String! value: Int }
  union Any = Thing | Owner
  scalar JSON
  enum Kind { GOOD BAD }`;

const leaves = 'id name itemCount price isNew kind payload tags labels { key value } constructor';
const operation = `query Q($yes: Boolean!, $no: Boolean!, $max: Int) {
  things { __typename ${leaves} owner { ...Who } parent { id title: name } notes(max: $max) { text author { name } } }
  first { id name @include(if: $yes) owner @skip(if: $no) { name } notes @include(if: $yes) { text } price @include(if: $no) }
  any { __typename ... on Thing { id isNew owner { id } } ... on Owner { id name } }
  grid
}
fragment Who on Owner { id name thing { name itemCount } }`;
const entities = `query E($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Thing { __typename ${leaves} owner { name } parent { name } notes { text } }
    ... on Owner { id name thing { id price } }
  }
}`;

/** The service's answers by coordinate, of which an answer for several keys has one item each. */
type Answers = Readonly<Record<string, unknown>>;

/** A prepared fetch of a service whose calls are answered so; what was called is logged. */
function prepare(text: string, answers: Answers): { readonly send: SendFetch; readonly calls: string[] } {
  const schema = [{ name: 'shop.graphql', text: sdl }];
  const { subgraph, problems } = readSubgraph({ name: 'shop', kind: 'auto', schema, url: 'http://x', sources: {} });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (subgraph === undefined) throw new Error('The schema could not be read.');
  const calls: string[] = [];
  const client: BindingClient = {
    prepare:
      ({ coordinate }) =>
      async ({ args, this: parent }) => {
        calls.push(`${coordinate} ${JSON.stringify([args, parent])}`);
        const answer = answers[coordinate];
        if (coordinate !== 'Thing') return answer;
        const { id } = parent as { readonly id: readonly unknown[] };
        return id.map((one) => (typeof answer === 'object' && answer !== null ? { ...answer, id: one } : answer));
      },
    close: async () => {},
  };
  const source = createBoundSource({
    subgraph,
    clients: { of: () => client, close: async () => {} },
    protect: createTestProtect({ subgraph: 'shop' }),
    forward: [],
  });
  const fetch = { subgraph: 'shop', operation: text, document: parse(text), operationName: undefined };
  return { send: source.prepare({ ...fetch, operationKind: 'query' } as Parameters<typeof source.prepare>[0]), calls };
}

/** What two runs of one prepared fetch give, the first by careful code and the second by generated code. */
async function runTwice(text: string, answers: Answers, variables: Readonly<Record<string, unknown>>) {
  const { send, calls } = prepare(text, answers);
  const run = async () => {
    calls.length = 0;
    const answer = await send({ variables }, createTestContext());
    const { data, errors, raw } = plain(answer);
    const messages = raw.map(({ message, detail }, index) => `${errors[index]}: ${message} ${detail ?? ''}`);
    return { data, errors: messages.toSorted(), calls: calls.toSorted(), raw: answer.data };
  };
  const careful = await run();
  return { careful, generated: await run() };
}

const wrong = fc.constantFrom<unknown>(null, undefined, 7, 2 ** 60, -0.5, '', 'x', true, [], {}, [null], { id: 1 });
const mostly = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 30, arbitrary: value }, { weight: 1, arbitrary: wrong });
const id = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constantFrom('1', 'a', '\0b'));
/** An object that has some of these, each rarely wrong. */
const some = (values: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> =>
  mostly(
    fc.record(Object.fromEntries(Object.entries(values).map(([key, value]) => [key, mostly(value)])), {
      requiredKeys: [],
    }),
  );
const thing = some({
  __typename: fc.constant('Thing'),
  id,
  name: fc.string(),
  item_count: fc.integer({ min: -5, max: 5 }),
  price: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant('1.5')),
  is_new: fc.boolean(),
  meta: fc.record({ kind: fc.constantFrom('GOOD', 'BAD') }),
  payload: fc.jsonValue({ maxDepth: 1 }),
  owner_id: fc.option(id),
  parent: fc.option(fc.record({ id })),
  tags: fc.array(fc.array(fc.string(), { maxLength: 2 }), { maxLength: 2 }),
  labels: fc.oneof(fc.constant({ a: 1, b: 2 }), fc.constant([{ key: 'c', value: 3 }])),
  constructor: fc.string(),
});
const owner = some({ __typename: fc.constant('Owner'), id, name: fc.string(), thing_id: id, thing_name: fc.string() });
const anyAnswers = fc.record({
  'Query.things': mostly(fc.array(thing, { maxLength: 4 })),
  'Query.first': fc.oneof(thing, fc.constant(NOT_FOUND)),
  'Query.any': mostly(fc.array(fc.oneof(thing, owner), { maxLength: 3 })),
  'Query.grid': mostly(fc.array(fc.array(fc.integer({ min: 0, max: 9 })))),
  Thing: thing,
  Owner: fc.oneof(owner, fc.constant(NOT_FOUND)),
  'Thing.notes': mostly(
    fc.array(some({ text: fc.string(), author: some({ id, name: fc.string() }) }), { maxLength: 2 }),
  ),
});
const anyRepresentation = fc.oneof(
  fc.record({ __typename: fc.constant('Thing'), id }),
  fc.record({ __typename: fc.constant('Thing'), id, name: fc.string(), parent: fc.record({ id, name: fc.string() }) }),
  fc.record({ __typename: fc.constant('Owner'), id }),
);

describe('what generated code reads of answers', () => {
  it('is what the careful code reads, with the same calls and errors', async () => {
    await fc.assert(
      fc.asyncProperty(anyAnswers, fc.boolean(), fc.boolean(), async (answers, yes, no) => {
        const { careful, generated } = await runTwice(operation, answers, { yes, no, max: 5 });
        expect({ ...generated, raw: null }).toEqual({ ...careful, raw: null });
      }),
      { numRuns: 400 },
    );
  });

  it('is the same for entities, whatever their representations hold', async () => {
    await fc.assert(
      fc.asyncProperty(anyAnswers, fc.array(anyRepresentation, { maxLength: 4 }), async (answers, representations) => {
        const { careful, generated } = await runTwice(entities, answers, { representations });
        expect({ ...generated, raw: null }).toEqual({ ...careful, raw: null });
      }),
      { numRuns: 300 },
    );
  });

  it('is read by it: objects are literals, with a prototype, where the careful code makes some without', async () => {
    const answers = { 'Query.things': [{ id: 1, owner_id: 2 }], Owner: { id: 2, name: 'Ada' }, 'Thing.notes': [] };
    const { careful, generated } = await runTwice('{ things { id owner { name } } }', answers, {});
    expect(generated.data).toEqual({ things: [{ id: '1', owner: { name: 'Ada' } }] });
    const prototypes = ({ raw }: typeof careful) => {
      const [first] = (raw as { readonly things: readonly { readonly owner: object }[] }).things;
      return [first, first?.owner].map((object) => Object.getPrototypeOf(object) === Object.prototype);
    };
    expect(prototypes(careful)).toEqual([false, false]);
    expect(prototypes(generated)).toEqual([true, true]);
  });

  it('is no less where a response key is called __proto__', async () => {
    const answers = { 'Query.things': [{ id: 1, name: 'Ada', constructor: 'x' }] };
    const { careful, generated } = await runTwice('{ things { __proto__: name id constructor } }', answers, {});
    expect(generated.data).toEqual(careful.data);
    expect(JSON.stringify(generated.data)).toBe('{"things":[{"__proto__":"Ada","id":"1","constructor":"x"}]}');
  });
});
