import { describe, expect, it } from 'vitest';
import { compileConstraint, createPatternBudget } from '../../src/subgraph/compile-constraint.ts';
import { CONSTRAINT_FORMATS } from '../../src/subgraph/constraint-formats.ts';
import { read, readSound } from './reading.ts';

const faultsIn = (argument: string, types = '') =>
  read(`type Query { a(x: ${argument}): Int } ${types}`).problems.map((problem) => problem.split('\n')[0]);

const faultOf = (constraint: Parameters<typeof compileConstraint>[0], value: unknown) =>
  compileConstraint(constraint)(value, createPatternBudget());

describe('a constraint', () => {
  it('is read by the coordinate of its argument or input field, in a federated subgraph too', () => {
    const { constraints, kind } = readSound(`
      type Query { a(x: Int @constraint(min: 1, max: 5), in: In): Int }
      input In { name: String @constraint(maxLength: 3) }`);
    expect(kind).toBe('graphql');
    expect([...constraints]).toEqual([
      ['Query.a(x:)', { min: 1, max: 5 }],
      ['In.name', { maxLength: 3 }],
    ]);
  });

  it.each([
    ['Int @constraint', 'it has no rule'],
    ['Int @constraint(minLength: 1)', 'minLength is for text, which Int is not'],
    ['String @constraint(min: 1)', 'min is for numbers, which String is not'],
    ['ID @constraint(max: 1)', 'max is for numbers, which ID is not'],
    ['Boolean @constraint(pattern: "a")', 'pattern is for text, which Boolean is not'],
    ['String @constraint(minItems: 1)', 'minItems is for lists'],
    ['Int @constraint(min: 2, max: 1)', 'min (2) is more than max (1)'],
    ['String @constraint(minLength: 2, maxLength: 1)', 'minLength (2) is more than maxLength (1)'],
    ['[Int] @constraint(maxItems: -1)', 'maxItems is -1: it cannot be negative'],
    ['String @constraint(format: "emial")', 'the format "emial" is not known. Did you mean "email"?'],
    ['Int = 9 @constraint(max: 5)', 'the default value is more than 5'],
    ['[String!] = ["a", "bcd"] @constraint(maxLength: 2)', 'the default value is longer than 2 characters'],
  ])('is refused in the schema: %s', (argument, fault) => {
    expect(faultsIn(argument)).toEqual([
      expect.stringMatching(/^shop.graphql:1:\d+ {2}POLICY_INVALID {2}Query\.a\(x:\): @constraint: /),
    ]);
    expect(faultsIn(argument)[0]).toContain(fault);
  });

  it('is held against what a default gives the fields of an input object', () => {
    const types = `input In { name: String @constraint(maxLength: 3)  all: [In!]  own: In = { name: "long", own: null } }`;
    expect(faultsIn('In = { name: "abc", all: { name: "ab" } }', types)).toEqual([
      'shop.graphql:1:132  POLICY_INVALID  In.own: In.name in the default value is longer than 3 characters.',
    ]);
    expect(faultsIn('[In] = [{ all: [{ name: "ab" }, { name: "abcd" }] }]', types)[0]).toMatch(
      /^shop.graphql:1:16 {2}POLICY_INVALID {2}Query\.a\(x:\): In\.name in the default value is longer/,
    );
  });

  it('is refused with a pattern that needs backtracking, or is none', () => {
    expect(faultsIn('String @constraint(pattern: "(?=a)b")')[0]).toContain('invalid or unsupported Perl syntax: `(?=`');
    expect(faultsIn('String @constraint(pattern: "[")')[0]).toContain('missing closing ]');
    expect(faultsIn(`String @constraint(pattern: "${'a'.repeat(1001)}")`)[0]).toContain('longer than 1000 characters');
  });

  it('holds for custom scalars, whatever their JSON form', () => {
    expect(faultsIn('Big @constraint(min: 1, maxLength: 20)', 'scalar Big')).toEqual([]);
    expect(faultOf({ max: 9007199254740992 }, '9007199254740993')?.rule).toBe('max');
    expect(faultOf({ max: 9007199254740992 }, '9007199254740992')).toBeUndefined();
    expect(faultOf({ min: 1 }, '1.5')).toBeUndefined();
    expect(faultOf({ min: 1 }, true)?.fault).toBe('is no number');
    expect(faultOf({ minLength: 1 }, { a: 1 })?.fault).toBe('is no text');
  });

  it('counts characters as code points', () => {
    expect(faultOf({ maxLength: 2 }, '👍👍')).toBeUndefined();
    expect(faultOf({ maxLength: 2 }, '👍👍👍')?.fault).toBe('is longer than 2 characters');
    expect(faultOf({ minLength: 3 }, '👍👍')?.fault).toBe('is shorter than 3 characters');
    expect(faultOf({ minLength: 1 }, '')?.fault).toBe('is shorter than 1 character');
  });

  it('counts a list’s items, and holds for each of them, through lists of lists', () => {
    expect(faultOf({ maxItems: 1, max: 5 }, [1, 2])).toMatchObject({ path: [], fault: 'has 2 items, of at most 1' });
    expect(faultOf({ minItems: 2 }, 'alone')?.fault).toBe('has 1 of at least 2 items');
    expect(
      faultOf({ max: 5 }, [
        [1, null],
        [2, 6],
      ]),
    ).toMatchObject({ path: [1, 1], rule: 'max' });
    expect(faultOf({ minItems: 2, max: 5 }, null)).toBeUndefined();
  });

  it.each([
    ['email', 'ada@example.com', 'ada@'],
    ['uuid', '00000000-0000-0000-0000-000000000001', '0-0'],
    ['uri', 'https://example.com/a?b', 'no uri'],
    ['hostname', 'shop.example.com', '-a-.b c'],
    ['ipv4', '10.0.0.1', '10.0.0.256'],
    ['ipv6', '2001:db8::1', '2001:db8'],
    ['date', '2026-02-28', '2026-02-30'],
    ['time', '10:30:00', '25:00:00'],
    ['time', '10:30:00.5+02:00', '10:30:00+2'],
    ['time', '10:30:00Z', '24:00:00Z'],
    ['date-time', '2026-02-28T10:30:00+01:00', '2026-02-28'],
    ['duration', 'P3DT4H', '3 days'],
    ['byte', 'aGk=', 'a*'],
    ['phone', '+436641234567', '0664'],
  ])('knows the form %s', (format, good, bad) => {
    expect(faultOf({ format }, good)).toBeUndefined();
    expect(faultOf({ format }, bad)?.fault).toBe(`does not have the form "${format}"`);
  });

  it('has a test for each form', () => {
    expect(CONSTRAINT_FORMATS).toHaveLength(12);
  });

  it('matches patterns anywhere in the text, and at most so much text an operation', () => {
    expect(faultOf({ pattern: 'b+' }, 'abba')).toBeUndefined();
    expect(faultOf({ pattern: '^b+$' }, 'abba')?.fault).toBe('does not match ^b+$');
    const test = compileConstraint({ pattern: '^(a+)+$' });
    const budget = createPatternBudget();
    expect(test('a'.repeat(60_000), budget)).toBeUndefined();
    expect(test('a'.repeat(60_000), budget)?.fault).toContain('more text than can be held against a pattern');
  });
});
