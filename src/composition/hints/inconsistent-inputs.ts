import { print } from 'graphql';
import type { InputValueDefinitionNode } from 'graphql';
import type { Problem } from '../../errors/problem.ts';
import type { FederatedGraph } from '../federated-graph.ts';
import { resolvingIn } from '../federated-subgraph.ts';
import type { FederatedSubgraph } from '../federated-subgraph.ts';
import { printSubgraphs, toHint } from './hint.ts';

/** Arguments and input fields that only some subgraphs have, or have in another form: clients can give what all take. */
export function* hintInconsistentInputs({ subgraphs, fields }: FederatedGraph): Generator<Problem> {
  for (const [coordinate, defined] of fields) {
    if (defined.length < 2) continue;
    const resolving = resolvingIn(defined);
    const names = new Set(resolving.flatMap(({ field }) => field.arguments?.map(({ name }) => name.value) ?? []));
    for (const name of names) {
      const owners = resolving.map(({ subgraph, field }): Owner => [
        subgraph,
        field.arguments?.find((argument) => argument.name.value === name),
      ]);
      yield* hintInput(`${coordinate}(${name}:)`, 'INCONSISTENT_ARGUMENT_PRESENCE', owners);
    }
  }
  yield* hintInputTypes(subgraphs);
}

/** A subgraph that defines what an input belongs to, and the input where it has it. */
type Owner = readonly [subgraph: FederatedSubgraph, input: InputValueDefinitionNode | undefined];

function* hintInputTypes(subgraphs: readonly FederatedSubgraph[]): Generator<Problem> {
  const inputs = subgraphs.flatMap((subgraph) =>
    [...subgraph.types.values()].filter(({ kind }) => kind === 'input').map((type) => ({ subgraph, type })),
  );
  for (const [typeName, defined] of Map.groupBy(inputs, ({ type }) => type.name)) {
    for (const name of new Set(defined.flatMap(({ type }) => [...type.inputFields.keys()]))) {
      const owners = defined.map(({ subgraph, type }): Owner => [subgraph, type.inputFields.get(name)]);
      yield* hintInput(`${typeName}.${name}`, 'INCONSISTENT_INPUT_OBJECT_FIELD', owners);
    }
  }
}

function* hintInput(coordinate: string, presence: string, owners: readonly Owner[]): Generator<Problem> {
  const having = owners.flatMap(([subgraph, input]) => (input === undefined ? [] : [{ subgraph, input }]));
  const lacking = owners.filter(([, input]) => input === undefined).map(([subgraph]) => subgraph);
  const subgraphs = having.map(({ subgraph }) => subgraph);
  if (lacking.length > 0) {
    const message = `"${coordinate}" is in ${printSubgraphs(subgraphs)} and not in ${printSubgraphs(lacking)}: clients cannot give it.`;
    const remedy = 'Add it in the other subgraphs, or take it out.';
    yield toHint({ code: presence, coordinate, message, remedy }, subgraphs);
    return;
  }
  if (new Set(having.map(({ input }) => print(input.type))).size > 1) {
    const named = having.map(({ subgraph, input }) => `${print(input.type)} in "${subgraph.name}"`).join(', ');
    const message = `"${coordinate}" is ${named}: clients see the strictest of them.`;
    const remedy = 'Give it the same type in every subgraph.';
    yield toHint({ code: 'INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE', coordinate, message, remedy }, subgraphs);
  }
  const withDefault = having.filter(({ input }) => input.defaultValue !== undefined);
  if (withDefault.length > 0 && withDefault.length < having.length) {
    const named = printSubgraphs(withDefault.map(({ subgraph }) => subgraph));
    const message = `"${coordinate}" has a default value in ${named} only: the graph has none.`;
    const remedy = 'Give it the same default value in every subgraph, or in none.';
    yield toHint({ code: 'INCONSISTENT_DEFAULT_VALUE_PRESENCE', coordinate, message, remedy }, subgraphs);
  }
}
