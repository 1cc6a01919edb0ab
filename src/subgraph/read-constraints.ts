import {
  type ASTNode,
  type ConstValueNode,
  type InputValueDefinitionNode,
  Kind,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql';
import type { Constraint } from '../model/constraint.ts';
import type { Coordinate } from '../model/subgraph.ts';
import { compileConstraint, createPatternBudget } from './compile-constraint.ts';
import type { DirectiveReading } from './directive-reading.ts';
import { faultOfConstraint } from './directives/constraint.ts';
import { type Report, toSentence } from './report.ts';
import { elementTypeOf, namedTypeOf, type TypeIndex } from './type-index.ts';

/** `@constraint` by the coordinate of its argument (`Type.field(name:)`) or input field. Faults are reported. */
export function readConstraints(
  index: TypeIndex,
  reading: DirectiveReading,
  report: Report,
): ReadonlyMap<Coordinate, Constraint> {
  const constraints = new Map<Coordinate, Constraint>();
  for (const { coordinate, node } of inputsOf(index)) {
    const [use] = reading.read<Constraint>(node.directives, 'constraint');
    if (use === undefined) continue;
    const fault = faultOf(use.args, node, index);
    if (fault === undefined) constraints.set(coordinate, use.args);
    else reportFault(toSentence(`${coordinate}: @constraint: ${fault}`), { coordinate, at: use.node }, report);
  }
  for (const { coordinate, node } of inputsOf(index)) {
    const found = node.defaultValue && findInDefault(node.type, node.defaultValue, { constraints, index });
    if (found !== undefined)
      reportFault(
        `${coordinate}: ${found.coordinate} in the default value ${found.fault}.`,
        { coordinate, at: node },
        report,
      );
  }
  return constraints;
}

type Constrained = { readonly constraints: ReadonlyMap<Coordinate, Constraint>; readonly index: TypeIndex };

/** The first input field that a default value gives what its constraint refuses. */
function findInDefault(
  type: TypeNode,
  value: ConstValueNode,
  scope: Constrained,
): { readonly coordinate: Coordinate; readonly fault: string } | undefined {
  if (value.kind === Kind.LIST) return firstOf(value.values, (item) => findInDefault(type, item, scope));
  const entry = scope.index.types.get(namedTypeOf(type).name.value);
  if (value.kind !== Kind.OBJECT || entry === undefined) return undefined;
  return firstOf(value.fields, ({ name, value: inner }) => {
    const coordinate = `${entry.name}.${name.value}`;
    const constraint = scope.constraints.get(coordinate);
    const fault = constraint && findViolation(constraint, inner);
    if (fault !== undefined) return { coordinate, fault };
    const field = entry.inputFields.get(name.value);
    return field && findInDefault(field.type, inner, scope);
  });
}

function firstOf<Item, Found>(items: readonly Item[], find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

type Input = { readonly coordinate: Coordinate; readonly node: InputValueDefinitionNode };

function* inputsOf({ types }: TypeIndex): Generator<Input> {
  for (const entry of types.values()) {
    for (const [name, node] of entry.inputFields) yield { coordinate: `${entry.name}.${name}`, node };
    for (const [name, field] of entry.fields) {
      for (const node of field.arguments ?? [])
        yield { coordinate: `${entry.name}.${name}(${node.name.value}:)`, node };
    }
  }
}

const NUMBER_RULES = ['min', 'max'] as const;
const TEXT_RULES = ['minLength', 'maxLength', 'pattern', 'format'] as const;
const LIST_RULES = ['minItems', 'maxItems'] as const;

function faultOf(constraint: Constraint, node: InputValueDefinitionNode, index: TypeIndex): string | undefined {
  return faultOfConstraint(constraint) ?? faultOfType(constraint, node, index) ?? faultOfDefault(constraint, node);
}

function faultOfType(constraint: Constraint, { type }: InputValueDefinitionNode, index: TypeIndex): string | undefined {
  const { value: name } = namedTypeOf(type).name;
  const isCustom = index.types.get(name)?.kind === 'scalar';
  const misfit = (rules: readonly (keyof Constraint)[], fits: boolean, what: string): string | undefined => {
    const given = rules.find((rule) => constraint[rule] !== undefined);
    return given === undefined || fits ? undefined : `${given} is for ${what}, which ${name} is not`;
  };
  const countsItems = LIST_RULES.find((rule) => constraint[rule] !== undefined);
  if (countsItems !== undefined && elementTypeOf(type) === undefined) return `${countsItems} is for lists`;
  return (
    misfit(NUMBER_RULES, isCustom || name === 'Int' || name === 'Float', 'numbers') ??
    misfit(TEXT_RULES, isCustom || name === 'String' || name === 'ID', 'text')
  );
}

function faultOfDefault(constraint: Constraint, { defaultValue }: InputValueDefinitionNode): string | undefined {
  const fault = defaultValue && findViolation(constraint, defaultValue);
  return fault === undefined ? undefined : `the default value ${fault}`;
}

function findViolation(constraint: Constraint, value: ConstValueNode): string | undefined {
  return compileConstraint(constraint)(valueFromASTUntyped(value), createPatternBudget())?.fault;
}

function reportFault(
  message: string,
  { coordinate, at }: { readonly coordinate: string; readonly at: ASTNode },
  report: Report,
): void {
  report.error({ code: 'POLICY_INVALID', message, remedy: 'Change the value, or take it off.', coordinate, at });
}
