import { expect, it } from 'vitest';
import { composeSupergraph } from '../../src/composition/compose-supergraph.ts';
import { printApiSchema } from '../../src/composition/print-api-schema.ts';
import { readSupergraph } from '../../src/composition/read-supergraph.ts';
import { printProblem } from '../../src/errors/problem.ts';
import { miscomposed } from './fixtures/miscomposed.ts';
import { soundSubgraphs } from './fixtures/read-subgraphs.ts';
import { rightCompositions } from './fixtures/right-compositions.ts';

function composed(sdls: Readonly<Record<string, string>>) {
  const composition = composeSupergraph(soundSubgraphs(sdls));
  if (composition.kind === 'failed') throw new Error(composition.problems.map(printProblem).join('\n'));
  return composition.supergraph;
}

/** The lines of a supergraph that hold a word, without indentation. */
const linesOf = (sdl: string, word: string) =>
  sdl
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.includes(word) && !/^(schema|directive|enum join__|scalar (link|join)__)/.test(line));

it('carries costs and list sizes', () => {
  const { sdl } = composed({
    a: `
      type Query {
        list(n: Int @cost(weight: 2)): [T] @listSize(slicingArguments: ["n"], requireOneSlicingArgument: false) @cost(weight: 5)
      }
      type T @key(fields: "id") @cost(weight: 3) { id: ID! }`,
    b: 'type T @key(fields: "id") { id: ID!  sizes: [Int] @listSize(assumedSize: 4) }',
  });
  expect(sdl).toContain('@link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@listSize"])');
  expect([...linesOf(sdl, '@cost'), ...linesOf(sdl, 'assumedSize: 4')]).toEqual([
    'list(n: Int @cost(weight: 2)): [T] @join__field(graph: A) @cost(weight: 5) @listSize(requireOneSlicingArgument: false, slicingArguments: ["n"])',
    'type T @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") @cost(weight: 3) {',
    'sizes: [Int] @join__field(graph: B) @listSize(assumedSize: 4)',
  ]);
});

it('carries tags, and directives that teams compose', () => {
  const mine = `
    extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@composeDirective", "@tag"])
      @link(url: "https://example.com/mine/v1.0", import: ["@mine"])
      @composeDirective(name: "@mine")
    directive @mine(x: Int) on FIELD_DEFINITION
    type Query { a: Int @mine(x: 3)  b(c: Int @tag(name: "argument")): E @tag(name: "field") }
    enum E @tag(name: "enum") { X @tag(name: "value") }`;
  const supergraph = composed({ mine });
  expect(linesOf(supergraph.sdl, '@mine')).toEqual(['a: Int @mine(x: 3)']);
  expect(supergraph.sdl.match(/@tag\(name: "\w+"\)/g)?.toSorted()).toEqual(
    ['argument', 'enum', 'field', 'value'].map((name) => `@tag(name: "${name}")`),
  );
  expect(printApiSchema(supergraph)).not.toMatch(/@mine|@tag/);
});

it('carries progressive overrides, by percentage and by name', () => {
  const t = (fields: string) => `type T @key(fields: "id") { id: ID!  ${fields} }`;
  const { sdl } = composed({
    a: `type Query { t: T } ${t('x: Int  y: Int')}`,
    b: t('x: Int @override(from: "a", label: "percent(5)")  y: Int @override(from: "a", label: "new_y")'),
  });
  expect(linesOf(sdl, 'overrideLabel')).toEqual([
    'x: Int @join__field(graph: A, overrideLabel: "percent(5)") @join__field(graph: B, override: "a", overrideLabel: "percent(5)")',
    'y: Int @join__field(graph: A, overrideLabel: "new_y") @join__field(graph: B, override: "a", overrideLabel: "new_y")',
  ]);
});

it('carries interface objects to the types that implement the interface', () => {
  const supergraph = composed({
    a: `
      type Query { node: Node }
      interface Node @key(fields: "id") { id: ID! }
      type A implements Node @key(fields: "id") { id: ID! }`,
    b: 'type Node @interfaceObject @key(fields: "id") { id: ID!  rank: Int }',
  });
  expect(linesOf(supergraph.sdl, 'isInterfaceObject')).toEqual([
    'interface Node @join__type(graph: A, key: "id") @join__type(graph: B, key: "id", isInterfaceObject: true) {',
  ]);
  expect(printApiSchema(supergraph)).toContain('type A implements Node {\n  id: ID!\n  rank: Int\n}');
});

it('says where a feature is used that the gateway does not know', () => {
  const problems = composeSupergraph(
    soundSubgraphs({
      a: `type Query { t: T } type T @key(fields: "id") @context(name: "c") { id: ID!  u: U }
type U @key(fields: "id") { id: ID!  x(of: ID @fromContext(field: "$c { id }")): Int }`,
    }),
  );
  expect(problems).toMatchObject({
    kind: 'failed',
    problems: [{ code: 'UNSUPPORTED_FEATURE', coordinate: 'T', places: [{ file: 'a.graphql', line: 1, column: 21 }] }],
  });
});

it.each([...miscomposed.map(([, what, sdls]) => [what, sdls] as const), ...rightCompositions])(
  'reads back what it composed: %s',
  (_, sdls) => {
    const supergraph = composed(sdls);
    const read = readSupergraph(supergraph.sdl, 'supergraph.graphql');
    if (read.kind === 'failed') throw new Error(read.problems.map(printProblem).join('\n'));
    expect(printApiSchema(read.supergraph)).toBe(printApiSchema(supergraph));
    expect(read.supergraph.subgraphs).toEqual(supergraph.subgraphs);
    expect(read.supergraph.accessRules).toEqual(supergraph.accessRules);
  },
);

it('carries every subgraph’s constraints, by the names the graph has', () => {
  const supergraph = composed({
    a: `schema { query: Root }
      type Root { list(limit: Int @constraint(max: 100), in: In): Int @shareable }
      input In { name: String @constraint(pattern: "^\\\\d\\"$") }`,
    b: 'type Query { list(limit: Int @constraint(max: 50), in: In): Int @shareable } input In { name: String }',
  });
  const expected = {
    'In.name': [{ pattern: '^\\d"$' }],
    'Query.list(limit:)': [{ max: 100 }, { max: 50 }],
  };
  expect(Object.fromEntries(supergraph.constraints)).toEqual(expected);
  const read = readSupergraph(supergraph.sdl, 'supergraph.graphql');
  expect(read.kind === 'read' && Object.fromEntries(read.supergraph.constraints)).toEqual(expected);
  expect(printApiSchema(supergraph)).not.toContain('constraint');
});

it('tells clients of constraints, in words at the end of descriptions', () => {
  const supergraph = composed({
    a: `type Query { list("How many." limit: Int = 1 @constraint(min: 1, max: 100), in: In): Int }
      input In {
        sku: ID @constraint(pattern: "^[A-Z]{3}$")
        tags: [String!] @constraint(maxItems: 1, minLength: 2, maxLength: 2)
        to: String @constraint(format: "email", minLength: 3)
      }`,
  });
  expect(printApiSchema(supergraph)).toMatchInlineSnapshot(`
    "type Query {
      list(
        """
        How many.
        
        1 to 100.
        """
        limit: Int = 1
        in: In
      ): Int
    }

    input In {
      """Matching \`^[A-Z]{3}$\`."""
      sku: ID

      """At most 1 item, exactly 2 characters."""
      tags: [String!]

      """At least 3 characters, of the form \`email\`."""
      to: String
    }
    "
  `);
});
