import { composeServices } from '@theguild/federation-composition';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toFederatedGraph } from '../../src/composition/federated-graph.ts';
import { isPlainlySatisfiable } from '../../src/composition/is-plainly-satisfiable.ts';
import { readSubgraphs } from './fixtures/read-subgraphs.ts';

type Key = { readonly fields: readonly string[]; readonly resolvable: boolean };

const ID: Key = { fields: ['id'], resolvable: true };
const otherKeys: readonly Key[] = [
  { fields: ['id'], resolvable: false },
  { fields: ['no'], resolvable: true },
  { fields: ['id', 'no'], resolvable: true },
];

const keysOfEntity: fc.Arbitrary<readonly Key[]> = fc.oneof(
  { weight: 5, arbitrary: fc.constant([ID]) },
  { weight: 2, arbitrary: fc.uniqueArray(fc.constantFrom(ID, ...otherKeys), { maxLength: 2 }) },
);

/** How one subgraph has a type: its keys, its leaves, and what it says of them. */
const entity = fc.record({
  keys: keysOfEntity,
  leaves: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
  leads: fc.boolean(),
  hasOwn: fc.boolean(),
  requires: fc.option(fc.constantFrom('a', 'b', 'c', 'no')),
  overrides: fc.option(fc.constantFrom('a', 'b', 'id'), { freq: 5 }),
});
type Entity = typeof entity extends fc.Arbitrary<infer Value> ? Value : never;

function printEntity(name: string, index: number, is: Entity): string {
  const resolved = new Set([...is.keys.flatMap(({ fields }) => fields), ...is.leaves]);
  const override = (field: string) => (index > 0 && field === is.overrides ? '@override(from: "s0")' : '');
  const directives = is.keys.map(
    ({ fields, resolvable }) => `@key(fields: "${fields.join(' ')}", resolvable: ${resolvable})`,
  );
  const fields = [
    ...[...resolved].map((field) => `${field}: Int @shareable ${override(field)}`),
    ...(is.leads ? [`to: ${name === 'T' ? 'U' : 'T'} @shareable`] : []),
    ...(is.hasOwn ? [`own${index}: Int`] : []),
    ...(is.requires === null || resolved.has(is.requires)
      ? []
      : [`${is.requires}: Int @external`, `of${index}: Int @requires(fields: "${is.requires}")`]),
  ];
  return `type ${name} ${directives.join(' ')} { ${fields.join(' ') || 'none: Int @shareable'} }`;
}

const subgraph = fc.record({ T: entity, U: entity, root: fc.constantFrom('T', 'U') });

it('is right about random entities: what is plain, the composer finds satisfiable', () => {
  const outcomes = { plain: 0, refused: 0 };
  fc.assert(
    fc.property(fc.array(subgraph, { minLength: 2, maxLength: 3 }), (graph) => {
      const sdls = graph.map(({ T, U, root }, index) => [
        `s${index}`,
        `type Query { q${index}: ${root} } ${printEntity('T', index, T)} ${printEntity('U', index, U)}`,
      ]);
      const { subgraphs } = readSubgraphs(Object.fromEntries(sdls) as Record<string, string>);
      fc.pre(subgraphs.length === graph.length);
      const isPlain = isPlainlySatisfiable(toFederatedGraph(subgraphs));
      const services = subgraphs.map(({ name, federationDocument }) => ({ name, typeDefs: federationDocument }));
      const codes = composeServices(services).errors?.map(({ extensions }) => extensions['code']) ?? [];
      if (isPlain) outcomes.plain += 1;
      if (codes.includes('SATISFIABILITY_ERROR')) outcomes.refused += 1;
      return !(isPlain && codes.includes('SATISFIABILITY_ERROR'));
    }),
    { numRuns: 200 },
  );
  expect(outcomes.plain).toBeGreaterThan(0);
  expect(outcomes.refused).toBeGreaterThan(0);
});
