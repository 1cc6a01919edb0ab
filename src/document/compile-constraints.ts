import {
  type ArgumentNode,
  type GraphQLSchema,
  Kind,
  type ValueNode,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import type { CheckedOperation } from '../model/operation.ts';
import type { Constraint } from '../model/constraint.ts';
import { constraintsOfArgument } from '../subgraph/argument-constraints.ts';
import { createPatternBudget, type PatternBudget } from '../subgraph/compile-constraint.ts';
import { holdsVariable } from './holds-variable.ts';
import { createInputTests, type InputTest, type InputViolation } from './input-tests.ts';

export type Constraints = ReadonlyMap<string, readonly Constraint[]>;

type Variables = Readonly<Record<string, unknown>>;

/** Finds what of an operation's values is against a constraint: one error for each argument. */
export type CheckConstraints = (variables: Variables) => readonly GatewayError[];

export type CompileConstraints = (operation: CheckedOperation) => {
  /** What is wrong with the values that are written out, whatever the variables are. */
  readonly errors: readonly GatewayError[];
  /** Undefined where no variable stands in a constrained place. */
  readonly check: CheckConstraints | undefined;
};

type Place = { readonly node: ArgumentNode; readonly coordinate: string; readonly test: InputTest };

/** Prepares the constraints of an API schema's arguments and input fields. */
export function createCompileConstraints(schema: GraphQLSchema, constraints: Constraints): CompileConstraints {
  if (constraints.size === 0) return () => ({ errors: [], check: undefined });
  const testOf = createInputTests(schema, constraints);
  return (operation) => {
    const places = findPlaces(operation, { schema, constraints, testOf });
    const fixed = places.filter(({ node }) => !holdsVariable(node.value));
    const open = places.filter(({ node }) => holdsVariable(node.value));
    return {
      errors: checkPlaces(fixed, {}),
      check: open.length === 0 ? undefined : (variables) => checkPlaces(open, variables),
    };
  };
}

type Scope = {
  readonly schema: GraphQLSchema;
  readonly constraints: Constraints;
  readonly testOf: ReturnType<typeof createInputTests>;
};

function findPlaces({ document }: CheckedOperation, scope: Scope): readonly Place[] {
  const places: Place[] = [];
  const typeInfo = new TypeInfo(scope.schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: (field) => {
        const parent = typeInfo.getParentType();
        const definition = typeInfo.getFieldDef();
        for (const node of field.arguments ?? []) {
          const argument = definition?.args.find(({ name }) => name === node.name.value);
          if (!parent || argument === undefined) continue;
          const name = `${field.name.value}(${argument.name}:)`;
          const test = scope.testOf(argument.type, constraintsOfArgument(parent, name, scope));
          if (test !== undefined) places.push({ node, coordinate: `${parent.name}.${name}`, test });
        }
      },
    }),
  );
  return places;
}

function checkPlaces(places: readonly Place[], variables: Variables): readonly GatewayError[] {
  const budget = createPatternBudget();
  return places.flatMap((place) => checkPlace(place, variables, budget) ?? []);
}

function checkPlace(place: Place, variables: Variables, budget: PatternBudget): GatewayError | undefined {
  const { node, coordinate, test } = place;
  const violation = test(readValue(node.value, variables), budget);
  if (violation === undefined) return undefined;
  const { variable, path } = toSource(node.value, violation);
  const subject = variable === undefined ? coordinate + printPath(path) : `$${variable}${printPath(path)}`;
  return new GatewayError('BAD_USER_INPUT', `"${subject}" ${violation.fault}.`, {
    locations: locationsOf(node),
    extensions: {
      argument: coordinate,
      ...(variable === undefined ? { argumentPath: path } : { variable, variablePath: path }),
      constraint: violation.rule,
    },
  });
}

/** A value that may hold variables. An integer that a number would not keep is its digits. */
function readValue(node: ValueNode, variables: Variables): unknown {
  if (node.kind === Kind.LIST) return node.values.map((item) => readValue(item, variables));
  if (node.kind === Kind.OBJECT)
    return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, readValue(value, variables)]));
  if (node.kind === Kind.INT && !Number.isSafeInteger(Number(node.value))) return node.value;
  return valueFromASTUntyped(node, variables);
}

type Source = { readonly variable: string | undefined; readonly path: readonly (string | number)[] };

/** Where a value at a path of an argument comes from: the variable that stands on the way, else the argument itself. */
function toSource(node: ValueNode, { path }: Pick<InputViolation, 'path'>): Source {
  let at: ValueNode | undefined = node;
  for (const [depth, key] of path.entries()) {
    if (at?.kind === Kind.VARIABLE) return { variable: at.name.value, path: path.slice(depth) };
    at = at === undefined ? undefined : stepInto(at, key);
  }
  return at?.kind === Kind.VARIABLE ? { variable: at.name.value, path: [] } : { variable: undefined, path };
}

function stepInto(node: ValueNode, key: string | number): ValueNode | undefined {
  if (node.kind === Kind.OBJECT) return node.fields.find(({ name }) => name.value === key)?.value;
  return node.kind === Kind.LIST && typeof key === 'number' ? node.values[key] : undefined;
}

function printPath(path: readonly (string | number)[]): string {
  return path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
}

function locationsOf({ loc }: ArgumentNode): { readonly line: number; readonly column: number }[] | undefined {
  return loc === undefined ? undefined : [{ line: loc.startToken.line, column: loc.startToken.column }];
}
