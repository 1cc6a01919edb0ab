import { Kind, specifiedScalarTypes } from 'graphql';
import type { ConstValueNode, InputValueDefinitionNode } from 'graphql';
import type { Problem } from '../../errors/problem.ts';
import { namedTypeOf } from '../../subgraph/type-index.ts';
import type { TypeEntry } from '../../subgraph/type-index.ts';
import { placesOf } from '../composition-problem.ts';
import { runtimeTypes } from '../federated-subgraph.ts';
import type { FederatedSubgraph } from '../federated-subgraph.ts';
import { remedyFor } from '../remedies.ts';
import type { Correction } from './correction.ts';

/**
 * `@theguild/federation-composition` 0.27.0 overlooks some elements that an inaccessible one leaves in the air: unions of
 * inaccessible types, input fields (it crashes), interfaces' arguments, fields in default values, and GraphQL's scalars.
 */
export const inaccessibleRules: Correction = {
  *check({ subgraphs }) {
    const hidden = hiddenCoordinates(subgraphs);
    for (const subgraph of subgraphs) {
      for (const type of subgraph.types.values()) {
        const rule = { subgraph, type, hidden, subgraphs };
        if (SCALARS.has(type.name)) yield* builtInScalars(rule);
        else if (!hidden.has(type.name)) yield* faultsOf(rule);
      }
    }
  },
  // What refers to a scalar of GraphQL is not wrong: hiding the scalar is.
  amend: (problems) =>
    problems.filter(
      ({ code, message }) =>
        code !== 'REFERENCED_INACCESSIBLE' || !SCALARS.has(/^Type "(\w+)" is @inaccessible/.exec(message)?.[1] ?? ''),
    ),
};

const SCALARS: ReadonlySet<string> = new Set(specifiedScalarTypes.map(({ name }) => name));

type Rule = {
  readonly subgraph: FederatedSubgraph;
  readonly type: TypeEntry;
  /** What is inaccessible in any subgraph: `Type`, `Type.field`, `Type.field(argument:)`. */
  readonly hidden: ReadonlySet<string>;
  readonly subgraphs: readonly FederatedSubgraph[];
};

function hiddenCoordinates(subgraphs: readonly FederatedSubgraph[]): ReadonlySet<string> {
  const hidden = new Set<string>();
  for (const subgraph of subgraphs) {
    for (const type of subgraph.types.values()) {
      if (subgraph.has(type, 'inaccessible')) hidden.add(type.name);
      for (const [coordinate, node] of elements(type)) if (subgraph.has(node, 'inaccessible')) hidden.add(coordinate);
    }
  }
  return hidden;
}

function* elements(type: TypeEntry): Generator<readonly [string, Pick<InputValueDefinitionNode, 'directives'>]> {
  for (const field of [...type.fields.values(), ...type.inputFields.values()])
    yield [`${type.name}.${field.name.value}`, field];
  for (const [coordinate, argument] of argumentsOf(type)) yield [coordinate, argument];
}

function* argumentsOf(type: TypeEntry): Generator<readonly [string, InputValueDefinitionNode]> {
  for (const field of type.fields.values()) {
    for (const argument of field.arguments ?? [])
      yield [`${type.name}.${field.name.value}(${argument.name.value}:)`, argument];
  }
}

function* faultsOf(rule: Rule): Generator<Problem> {
  yield* unionsOfNothing(rule);
  yield* inputFields(rule);
  yield* interfaceArguments(rule);
  yield* defaultValues(rule);
}

function* builtInScalars({ subgraph, type }: Rule): Generator<Problem> {
  if (!subgraph.has(type, 'inaccessible')) return;
  const message = `The built-in scalar "${type.name}" cannot be @inaccessible.`;
  yield problem(subgraph, { code: 'DISALLOWED_INACCESSIBLE', coordinate: type.name, message });
}

function* unionsOfNothing({ subgraph, type, hidden, subgraphs }: Rule): Generator<Problem> {
  if (type.kind !== 'union') return;
  const members = subgraphs
    .flatMap((other) => [...runtimeTypes(other, type.name)])
    .filter((name) => name !== type.name);
  if (members.length === 0 || members.some((member) => !hidden.has(member))) return;
  const message = `"${type.name}" is in the API schema, and all its members are @inaccessible.`;
  yield problem(subgraph, { code: 'ONLY_INACCESSIBLE_CHILDREN', coordinate: type.name, message });
}

// A field that not all subgraphs have is not in the graph.
function* inputFields({ subgraph, type, hidden, subgraphs }: Rule): Generator<Problem> {
  const everywhere = [...type.inputFields.values()].filter((field) =>
    subgraphs.every(({ types }) => types.get(type.name)?.inputFields.has(field.name.value) ?? true),
  );
  for (const field of everywhere) {
    const coordinate = `${type.name}.${field.name.value}`;
    const typeName = namedTypeOf(field.type).name.value;
    if (hidden.has(coordinate) || !hidden.has(typeName)) continue;
    const message = `"${coordinate}" is in the API schema, and its type "${typeName}" is @inaccessible.`;
    yield problem(subgraph, { code: 'REFERENCED_INACCESSIBLE', coordinate, message });
  }
}

function* interfaceArguments({ subgraph, type, hidden }: Rule): Generator<Problem> {
  for (const [coordinate] of argumentsOf(type)) {
    const own = coordinate.slice(type.name.length);
    const field = coordinate.slice(0, coordinate.indexOf('('));
    if (!hidden.has(coordinate) || hidden.has(field)) continue;
    for (const name of type.interfaces) {
      const declared = subgraph.types.get(name);
      const isVisible =
        declared !== undefined &&
        !hidden.has(name) &&
        !hidden.has(`${name}${own}`) &&
        !hidden.has(`${name}${own.slice(0, own.indexOf('('))}`) &&
        [...argumentsOf(declared)].some(([argument]) => argument === `${name}${own}`);
      if (!isVisible) continue;
      const message = `"${coordinate}" is @inaccessible and implements "${name}${own}", which is in the API schema.`;
      yield problem(subgraph, { code: 'IMPLEMENTED_BY_INACCESSIBLE', coordinate: field, message });
    }
  }
}

function* defaultValues({ subgraph, type, hidden }: Rule): Generator<Problem> {
  const inputs = [...type.inputFields].map(([name, field]) => [`${type.name}.${name}`, field] as const);
  for (const [coordinate, input] of [...inputs, ...argumentsOf(type)]) {
    const field = coordinate.split('(')[0] ?? coordinate;
    if (input.defaultValue === undefined || hidden.has(coordinate) || hidden.has(field)) continue;
    const uses = [...fieldsIn(input.defaultValue, namedTypeOf(input.type).name.value, subgraph)];
    for (const used of uses.filter((use) => hidden.has(use))) {
      const message = `The default value of "${coordinate}" is in the API schema and uses "${used}", which is @inaccessible.`;
      yield problem(subgraph, { code: 'DEFAULT_VALUE_USES_INACCESSIBLE', coordinate: field, message });
    }
  }
}

function* fieldsIn(value: ConstValueNode, typeName: string, subgraph: FederatedSubgraph): Generator<string> {
  if (value.kind === Kind.LIST) for (const item of value.values) yield* fieldsIn(item, typeName, subgraph);
  if (value.kind !== Kind.OBJECT) return;
  for (const field of value.fields) {
    yield `${typeName}.${field.name.value}`;
    const inner = subgraph.types.get(typeName)?.inputFields.get(field.name.value);
    if (inner !== undefined) yield* fieldsIn(field.value, namedTypeOf(inner.type).name.value, subgraph);
  }
}

function problem(
  subgraph: FederatedSubgraph,
  { code, coordinate, message }: { readonly code: string; readonly coordinate: string; readonly message: string },
): Problem {
  return {
    severity: 'error',
    code,
    message,
    remedy: remedyFor(code),
    coordinate,
    subgraph: subgraph.name,
    places: placesOf(coordinate, [subgraph.schema]),
  };
}
