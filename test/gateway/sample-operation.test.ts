import { buildSchema, parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { sampleOperation } from '../../src/gateway/sample-operation.ts';

const sampleOf = (sdl: string) => {
  const schema = buildSchema(sdl);
  const operation = sampleOperation(schema);
  return { operation, faults: validate(schema, parse(operation)).map(({ message }) => message) };
};

it('goes through objects and lists, a few of each', () => {
  const { operation, faults } = sampleOf('type Query { a: A b: [A!]! c: A } type A { w: Int x: Int y: Int z: Int }');
  expect(faults).toEqual([]);
  expect(operation).toContain('fragment Roots on Query { __typename a { __typename w x y } b { __typename w x y } }');
});

it('asks for nothing that needs an argument', () => {
  const { operation, faults } = sampleOf('type Query { needs(id: ID!): Int may(id: ID, n: Int! = 1): Int }');
  expect(faults).toEqual([]);
  expect(operation).not.toContain('needs');
  expect(operation).toContain('may');
});

it('is right over interfaces, unions, and types that have nothing else to ask for', () => {
  const { faults } = sampleOf(
    'schema { query: Root } type Root { u: U i: I } union U = A interface I { a(id: ID!): A } type A implements I { a(id: ID!): A }',
  );
  expect(faults).toEqual([]);
});
