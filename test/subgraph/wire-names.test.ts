import { describe, expect, it } from 'vitest';
import { readSubgraph } from '../../src/subgraph/read-subgraph.ts';

function problemsOf(sdl: string): readonly string[] {
  const { problems } = readSubgraph({
    name: 'a',
    kind: 'auto',
    schema: [{ name: 'a.graphql', text: sdl }],
    url: 'http://127.0.0.1:1',
  });
  return problems.map(({ code, message }) => `${code} ${message}`);
}

describe('names on the wire', () => {
  it('are checked to differ among arguments, input fields and enum values', () => {
    const sdl = `
      type Query { a(one: Int @map(from: "x"), two: Int @map(from: "x")): State @rest(GET: "/a/{two}{?one}") }
      type Mutation { b(input: In!): State @rest(POST: "/b") }
      input In { one: Int @map(from: "x") two: Int @map(from: "x") three: Int @map(from: "") }
      enum State { OPEN CLOSED @map(from: "OPEN") NONE @map(from: "") }
    `;
    expect(problemsOf(sdl)).toEqual([
      'INVALID_DIRECTIVE_ARGUMENT Query.a(two:) has the same name on the wire as Query.a(one:).',
      'INVALID_DIRECTIVE_ARGUMENT In.two has the same name on the wire as In.one.',
      'INVALID_DIRECTIVE_ARGUMENT In.three is mapped to a name without a letter.',
      'INVALID_DIRECTIVE_ARGUMENT State.CLOSED has the same name on the wire as State.OPEN.',
    ]);
  });

  it('stand only where the schema says how its fields are called', () => {
    const sdl = 'type Query { a(one: Int @map(from: "x")): Int }';
    expect(problemsOf(sdl)).toEqual([
      'BINDING_MISPLACED @map says how a service is called, but "a" is a GraphQL service: no field has a call.',
    ]);
  });
});
