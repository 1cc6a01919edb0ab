import { type ConstDirectiveNode, type InputValueDefinitionNode, valueFromASTUntyped } from 'graphql';
import type { Constraint } from '../model/constraint.ts';
import type { Coordinate } from '../model/subgraph.ts';
import { compileConstraint, createPatternBudget } from './compile-constraint.ts';
import type { DirectiveReading } from './directive-reading.ts';
import { faultOfConstraint } from './directives/constraint.ts';
import type { Report } from './report.ts';
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
    else reportFault(`${coordinate}: @constraint: ${fault}.`, { coordinate, at: use.node }, report);
  }
  return constraints;
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
  if (defaultValue === undefined) return undefined;
  const violation = compileConstraint(constraint)(valueFromASTUntyped(defaultValue), createPatternBudget());
  return violation === undefined ? undefined : `the default value ${violation.fault}`;
}

function reportFault(
  message: string,
  { coordinate, at }: { readonly coordinate: string; readonly at: ConstDirectiveNode },
  report: Report,
): void {
  report.error({ code: 'POLICY_INVALID', message, remedy: 'Change the value, or take it off.', coordinate, at });
}
