import { describe, expect, it } from 'vitest';
import { findChanges, type SchemaChange } from '../../src/registry/schema-changes.ts';
import { compose, input } from './test-registry.ts';

function changes(before: string, after: string): string[] {
  const [old, next] = [before, after].map((sdl) => compose([input('a', sdl)]).supergraph);
  if (old === undefined || next === undefined) throw new Error('Two schemas are compared.');
  return findChanges(old, next).map(({ severity, code, message }: SchemaChange) => `${severity} ${code} ${message}`);
}

const argument = (constraint: string) => `type Query { list(limit: Int ${constraint}): Int }`;
const field = (constraint: string) =>
  `type Query { add(in: In): Int } input In { "Its name." name: String ${constraint} }`;

describe('constraints of arguments', () => {
  it.each([
    [
      '',
      '@constraint(max: 9)',
      'breaking CONSTRAINT_TIGHTENED Constraint of Query.list(limit:) is tighter: max (9) was added.',
    ],
    [
      '@constraint(max: 9)',
      '@constraint(max: 8)',
      'breaking CONSTRAINT_TIGHTENED Constraint of Query.list(limit:) is tighter: max went from 9 to 8.',
    ],
    [
      '@constraint(max: 9)',
      '@constraint(max: 10)',
      'safe CONSTRAINT_LOOSENED Constraint of Query.list(limit:) is looser: max went from 9 to 10.',
    ],
    [
      '@constraint(min: 1)',
      '@constraint(min: 2)',
      'breaking CONSTRAINT_TIGHTENED Constraint of Query.list(limit:) is tighter: min went from 1 to 2.',
    ],
    [
      '@constraint(min: 2)',
      '@constraint(min: 1)',
      'safe CONSTRAINT_LOOSENED Constraint of Query.list(limit:) is looser: min went from 2 to 1.',
    ],
    [
      '@constraint(min: 0)',
      '',
      'safe CONSTRAINT_LOOSENED Constraint of Query.list(limit:) is looser: min (0) was removed.',
    ],
  ])('from "%s" to "%s"', (before, after, change) => {
    expect(changes(argument(before), argument(after))).toEqual([change]);
  });

  it('are compared as all subgraphs and interfaces together have them', () => {
    const sdl = (ofInterface: string, ofType: string) => `
      type Query { node: Node }
      interface Node { list(limit: Int ${ofInterface}): Int }
      type A implements Node { list(limit: Int ${ofType}): Int }`;
    expect(changes(sdl('@constraint(max: 9)', ''), sdl('', '@constraint(max: 9)'))).toEqual([]);
    expect(changes(sdl('@constraint(max: 9)', ''), sdl('@constraint(max: 9)', '@constraint(max: 5)'))).toEqual([
      'breaking CONSTRAINT_TIGHTENED Constraint of A.list(limit:) is tighter: max went from 9 to 5.',
      'breaking CONSTRAINT_TIGHTENED Constraint of Node.list(limit:) is tighter: max went from 9 to 5.',
    ]);
  });

  it('of an argument that is new, or gone, are that change', () => {
    expect(changes('type Query { list: Int }', argument('@constraint(max: 9)'))).toEqual([
      'dangerous OPTIONAL_ARG_ADDED An optional argument Query.list(limit:) was added.',
    ]);
    expect(changes(argument('@constraint(max: 9)'), 'type Query { list: Int }')).toEqual([
      'breaking ARG_REMOVED Argument Query.list(limit:) was removed.',
    ]);
  });
});

describe('constraints of input fields', () => {
  it.each([
    [
      '@constraint(pattern: "^a")',
      '@constraint(pattern: "^b")',
      ['breaking pattern (^b) was added', 'safe pattern (^a) was removed'],
    ],
    ['@constraint(pattern: "^a")', '', ['safe pattern (^a) was removed']],
    [
      '@constraint(format: "email")',
      '@constraint(format: "uuid")',
      ['breaking format (uuid) was added', 'safe format (email) was removed'],
    ],
    [
      '@constraint(maxLength: 9)',
      '@constraint(maxLength: 7, minLength: 2)',
      ['breaking maxLength went from 9 to 7', 'breaking minLength (2) was added'],
    ],
    ['', '@constraint(minLength: 0)', []],
  ])('from %s to %s', (before, after, expected) => {
    expect(changes(field(before), field(after))).toEqual(
      expected.map((change) => {
        const [severity = '', ...words] = change.split(' ');
        const [code, word] = severity === 'breaking' ? ['TIGHTENED', 'tighter'] : ['LOOSENED', 'looser'];
        return `${severity} CONSTRAINT_${code} Constraint of In.name is ${word}: ${words.join(' ')}.`;
      }),
    );
  });
});
