import { composeServices } from '@theguild/federation-composition';
import { describe, expect, it } from 'vitest';
import { toFederatedGraph } from '../../src/composition/federated-graph.ts';
import { isPlainlySatisfiable } from '../../src/composition/is-plainly-satisfiable.ts';
import { createLargeGraph } from '../../bench/large-graph.ts';
import { readSubgraph } from '../../src/subgraph/read-subgraph.ts';
import { readSubgraphs } from './fixtures/read-subgraphs.ts';
import { miscomposed } from './fixtures/miscomposed.ts';
import { rightCompositions } from './fixtures/right-compositions.ts';
import { wrongFeatures } from './fixtures/wrong-features.ts';
import { wrongKeys } from './fixtures/wrong-keys.ts';
import { wrongMerges } from './fixtures/wrong-merges.ts';

type Sdls = Readonly<Record<string, string>>;

const isPlain = (sdls: Sdls): boolean => isPlainlySatisfiable(toFederatedGraph(readSubgraphs(sdls).subgraphs));

const a = 'type Query { t: T }';

describe('a graph is plainly satisfiable where', () => {
  it.each<[string, Sdls]>([
    ['one subgraph resolves all', { a: `${a} type T { id: ID! u: U } type U { n: Int }` }],
    ['all subgraphs resolve all', { a: `${a} type T @shareable { n: Int }`, b: 'type T @shareable { n: Int }' }],
    [
      'a key leads to what is missing',
      { a: `${a} type T @key(fields: "id") { id: ID! }`, b: 'type T @key(fields: "id") { id: ID! n: Int }' },
    ],
    [
      'the one subgraph that lacks a field has the key of one that has it',
      {
        a: `${a} type T @key(fields: "id", resolvable: false) { id: ID! }`,
        b: 'type T @key(fields: "id") @key(fields: "no") { id: ID! no: Int! n: Int }',
        c: 'type T @key(fields: "no", resolvable: false) { no: Int! }',
      },
    ],
    [
      'what is required is one key away',
      {
        a: `${a} type T @key(fields: "id") { id: ID! w: Int @external n: Int @requires(fields: "w") }`,
        b: 'type T @key(fields: "id") { id: ID! w: Int }',
      },
    ],
    [
      'an overridden field is got by key',
      {
        a: `${a} type T @key(fields: "id") { id: ID! n: Int }`,
        b: 'type T @key(fields: "id") { id: ID! n: Int @override(from: "a") }',
      },
    ],
  ])('%s', (_, sdls) => expect(isPlain(sdls)).toBe(true));
});

describe('a graph has to be walked where', () => {
  it.each<[string, Sdls]>([
    ['a field is nowhere near', { a: `${a} type T @shareable { n: Int }`, b: 'type T { n: Int @shareable m: Int }' }],
    [
      'the key is not resolved',
      {
        a: `${a} type T @key(fields: "id") { id: ID! }`,
        b: 'type T @key(fields: "id", resolvable: false) { id: ID! n: Int }',
      },
    ],
    [
      'the key is not known',
      {
        a: `${a} type T @key(fields: "id") { id: ID! }`,
        b: 'type T @key(fields: "no") { no: ID! n: Int }',
      },
    ],
    [
      'what is required is required itself',
      {
        a: `${a} type T @key(fields: "id") { id: ID! w: Int @external n: Int @requires(fields: "w") }`,
        b: 'type T @key(fields: "id") { id: ID! v: Int @external w: Int @requires(fields: "v") }',
        c: 'type T @key(fields: "id") { id: ID! v: Int }',
      },
    ],
    [
      'a field of a key is overridden',
      {
        a: `${a} type T @key(fields: "id") { id: ID! }`,
        b: 'type T @key(fields: "id") { id: ID! @override(from: "a") n: Int }',
      },
    ],
    [
      'an override moves by its label',
      {
        a: `${a} type T @key(fields: "id") { id: ID! n: Int }`,
        b: 'type T @key(fields: "id") { id: ID! n: Int @override(from: "a", label: "percent(5)") }',
      },
    ],
    ['a field leads back to the root', { a: `${a} type T { query: Query }` }],
    [
      'something is provided',
      {
        a: 'type Query { t: T @provides(fields: "n") } type T @key(fields: "id") { id: ID! n: Int @external }',
        b: 'type T @key(fields: "id") { id: ID! n: Int @shareable }',
      },
    ],
    [
      'an interface is an entity',
      {
        a: 'type Query { i: I } interface I @key(fields: "id") { id: ID! } type T implements I @key(fields: "id") { id: ID! }',
      },
    ],
    ['a subgraph is of Federation 1', { a: '# Federation 1\ntype Query { t: T } type T { n: Int }' }],
  ])('%s', (_, sdls) => expect(isPlain(sdls)).toBe(false));
});

it('is never said of a graph in which the composer, walking all ways, finds one that leads nowhere', () => {
  const all = [
    ...[...wrongKeys, ...wrongMerges, ...wrongFeatures].map(([, , sdls]) => sdls),
    ...rightCompositions.map(([, sdls]) => sdls),
    ...miscomposed.map(([, , sdls]) => sdls),
  ].map((sdls) => readSubgraphs(sdls).subgraphs);
  const plain = all.filter((subgraphs) => isPlainlySatisfiable(toFederatedGraph(subgraphs)));
  expect(plain.length).toBeGreaterThan(30);
  const refused = plain.filter((subgraphs) =>
    composeServices(
      subgraphs.map(({ name, federationDocument }) => ({ name, typeDefs: federationDocument })),
    ).errors?.some(({ extensions }) => extensions['code'] === 'SATISFIABILITY_ERROR'),
  );
  expect(refused).toEqual([]);
});

it('is seen of a large graph of entities', () => {
  const subgraphs = createLargeGraph({ subgraphs: 10, types: 200 }).flatMap(
    (input) => readSubgraph(input).subgraph ?? [],
  );
  expect(isPlainlySatisfiable(toFederatedGraph(subgraphs))).toBe(true);
});
