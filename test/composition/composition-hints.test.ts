import { expect, it } from 'vitest';
import { composeSupergraph } from '../../src/composition/compose-supergraph.ts';
import { printProblem } from '../../src/errors/problem.ts';
import { soundSubgraphs } from './fixtures/read-subgraphs.ts';

function hints(sdls: Readonly<Record<string, string>>): readonly string[] {
  const composition = composeSupergraph(soundSubgraphs(sdls));
  if (composition.kind === 'failed') throw new Error(composition.problems.map(printProblem).join('\n'));
  return composition.hints.map(({ severity, code, coordinate, message, remedy, places }) => {
    expect(severity).toBe('hint');
    expect(remedy).toMatch(/\.$/);
    return `${code} ${coordinate} ${places.map(({ file }) => file).join(' ')}\n${message}`;
  });
}

it('says nothing of subgraphs that agree', () => {
  const a =
    'type Query { t(n: Int = 1): T @shareable } "A thing" type T @key(fields: "id") { id: ID!  e: E } enum E { X }';
  const b = 'type Query { t(n: Int = 1): T @shareable } type T @key(fields: "id") { id: ID!  x: Int }';
  expect(hints({ a, b })).toEqual([]);
});

it('says which type clients see of a field that has several', () => {
  const [hint] = hints({ a: 'type Query { n: Int! @shareable }', b: 'type Query { n: Int @shareable }' });
  expect(hint).toBe(
    'INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE Query.n a.graphql b.graphql\n' +
      '"Query.n" is Int! in "a", Int in "b": clients see the loosest of them.',
  );
});

it('says that arguments differ, in type, presence and default', () => {
  const a = 'type Query { n(x: Int!, y: Int, z: Int = 1): Int @shareable }';
  const b = 'type Query { n(x: Int, z: Int): Int @shareable }';
  expect(hints({ a, b })).toEqual([
    'INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE Query.n(x:) a.graphql b.graphql\n' +
      '"Query.n(x:)" is Int! in "a", Int in "b": clients see the strictest of them.',
    'INCONSISTENT_ARGUMENT_PRESENCE Query.n(y:) a.graphql\n' +
      '"Query.n(y:)" is in "a" and not in "b": clients cannot give it.',
    'INCONSISTENT_DEFAULT_VALUE_PRESENCE Query.n(z:) a.graphql b.graphql\n' +
      '"Query.n(z:)" has a default value in "a" only: the graph has none.',
  ]);
});

it('says that input fields and the values of input enums are not known everywhere', () => {
  const a = 'type Query { n(i: I, e: E): Int @shareable } input I { x: Int y: Int } enum E { A B }';
  const b = 'type Query { n(i: I, e: E): Int @shareable } input I { x: Int } enum E { A }';
  expect(hints({ a, b })).toEqual([
    'INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM E a.graphql b.graphql\n' +
      'Not every subgraph knows "B" of the enum "E", which clients give: they cannot give it.',
    'INCONSISTENT_INPUT_OBJECT_FIELD I.y a.graphql\n"I.y" is in "a" and not in "b": clients cannot give it.',
  ]);
});

it('says that an enum is not used', () => {
  expect(hints({ a: 'type Query { n: Int } enum E { A }' })).toEqual([
    'UNUSED_ENUM_TYPE E a.graphql\nNothing refers to the enum "E".',
  ]);
});

it('says that a type is an entity in some subgraphs only', () => {
  const a = 'type Query { t: T } type T @key(fields: "id") { id: ID! }';
  const b = 'type Query { u: T } type T { id: ID! @shareable }';
  expect(hints({ a, b })).toEqual([
    'INCONSISTENT_ENTITY T b.graphql\n' +
      '"T" has a @key in "a" and none in "b": nothing can be fetched from there by key.',
  ]);
});

it('says that descriptions differ', () => {
  const a = 'type Query { "One" n: Int @shareable }';
  const b = 'type Query { "Two" n: Int @shareable }';
  expect(hints({ a, b })).toEqual([
    'INCONSISTENT_DESCRIPTION Query.n a.graphql b.graphql\n' +
      '"Query.n" is described differently in "a" and "b": clients see one of the texts.',
  ]);
});

it('says that a shared field can be of other types in other subgraphs', () => {
  const x = 'x: Int @shareable';
  const a = `type Query { u: U @shareable } union U = A | B type A { ${x} } type B { x: Int }`;
  const b = `type Query { u: U @shareable } union U = A type A { ${x} }`;
  expect(hints({ a, b })).toEqual([
    'INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN Query.u a.graphql b.graphql\n' +
      '"Query.u" can be "A" and "B" in "a", "A" in "b": what clients get depends on the subgraph that is asked.',
  ]);
});

it('says where a migration by @override stands', () => {
  const id = '@key(fields: "id") { id: ID! ';
  const to = (override: string) => `type T ${id} x: Int ${override} }`;
  const from = `type Query { t: T } type T ${id} x: Int }`;
  const codes = (override: string, source = from) =>
    hints({ new: to(override), old: source }).map((hint) => hint.split('\n')[0]);
  expect(codes('@override(from: "gone")', from.replace('x: Int', ''))).toEqual([
    'FROM_SUBGRAPH_DOES_NOT_EXIST T.x new.graphql',
  ]);
  expect(codes('@override(from: "old")')).toEqual(['OVERRIDDEN_FIELD_CAN_BE_REMOVED T.x old.graphql']);
  expect(codes('@override(from: "old", label: "percent(5)")')).toEqual([
    'OVERRIDE_MIGRATION_IN_PROGRESS T.x old.graphql new.graphql',
  ]);
  expect(codes('@override(from: "old")', from.replace('x: Int', ''))).toEqual([
    'OVERRIDE_DIRECTIVE_CAN_BE_REMOVED T.x new.graphql',
  ]);
  const external = from.replace('x: Int', 'x: Int @external  y: Int @requires(fields: "x")');
  expect(codes('@override(from: "old")', external)).toEqual(['OVERRIDE_DIRECTIVE_CAN_BE_REMOVED T.x new.graphql']);
});
