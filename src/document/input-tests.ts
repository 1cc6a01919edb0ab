import {
  getNamedType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
} from 'graphql';
import type { Constraint } from '../model/constraint.ts';
import { compileConstraint, type PatternBudget, type TestConstraint } from '../subgraph/compile-constraint.ts';

/** A value against a constraint, `path` leading to it from the argument. */
export type InputViolation = NonNullable<ReturnType<TestConstraint>>;

/** Gives the first violation in a value, in its JSON form. */
export type InputTest = (value: unknown, budget: PatternBudget) => InputViolation | undefined;

/** How values of an input type are held against their own constraints and those of input fields; undefined where there are none. */
export type TestOf = (type: GraphQLInputType, own: readonly Constraint[]) => InputTest | undefined;

/** `constraints` are those of input fields, by coordinate. Input types may refer to themselves. */
export function createInputTests(
  schema: GraphQLSchema,
  constraints: ReadonlyMap<string, readonly Constraint[]>,
): TestOf {
  const constrained = findConstrainedTypes(schema, constraints);
  const fieldTests = new Map<GraphQLInputObjectType, ReadonlyMap<string, InputTest>>();

  function testsOf(type: GraphQLInputObjectType): ReadonlyMap<string, InputTest> {
    const known = fieldTests.get(type);
    if (known !== undefined) return known;
    const made = new Map<string, InputTest>();
    fieldTests.set(type, made);
    for (const field of Object.values(type.getFields())) {
      const test = testOf(field.type, constraints.get(`${type.name}.${field.name}`) ?? []);
      if (test !== undefined) made.set(field.name, test);
    }
    return made;
  }

  const testOf: TestOf = (type, own) => {
    const tests = own.map(compileConstraint);
    const named = getNamedType(type);
    if (!isInputObjectType(named) || !constrained.has(named)) return tests.length === 0 ? undefined : firstOf(tests);
    return firstOf([...tests, (value, budget) => testFields(value, testsOf(named), budget)]);
  };
  return testOf;
}

/** Input types one of whose fields is constrained, or leads to one that is. */
function findConstrainedTypes(
  schema: GraphQLSchema,
  constraints: ReadonlyMap<string, readonly Constraint[]>,
): ReadonlySet<GraphQLInputObjectType> {
  const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);
  const found = new Set<GraphQLInputObjectType>();
  const isConstrained = (type: GraphQLInputObjectType): boolean =>
    Object.values(type.getFields()).some((field) => {
      const named = getNamedType(field.type);
      return constraints.has(`${type.name}.${field.name}`) || (isInputObjectType(named) && found.has(named));
    });
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const type of inputs) if (!found.has(type) && isConstrained(type)) found.add(type);
  }
  return found;
}

function firstOf(tests: readonly InputTest[]): InputTest {
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (value, budget) => {
    for (const test of tests) {
      const violation = test(value, budget);
      if (violation !== undefined) return violation;
    }
    return undefined;
  };
}

function testFields(
  value: unknown,
  tests: ReadonlyMap<string, InputTest>,
  budget: PatternBudget,
): InputViolation | undefined {
  if (Array.isArray(value)) return firstAt(value.entries(), (item) => testFields(item, tests, budget));
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = Object.entries(value).filter(([name]) => tests.has(name));
  return firstAt(fields, (inner, name) => tests.get(String(name))?.(inner, budget));
}

function firstAt(
  entries: Iterable<readonly [string | number, unknown]>,
  test: (value: unknown, key: string | number) => InputViolation | undefined,
): InputViolation | undefined {
  for (const [key, value] of entries) {
    const violation = test(value, key);
    if (violation !== undefined) return { ...violation, path: [key, ...violation.path] };
  }
  return undefined;
}
