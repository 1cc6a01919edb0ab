import { Kind } from 'graphql';
import type { ConstDirectiveNode } from 'graphql';
import { resolvingIn, stringArgument } from './federated-subgraph.ts';
import type { FederatedSubgraph, FieldInSubgraph } from './federated-subgraph.ts';

/** Whether a field of one type can be got where its object is known to a subgraph: there, or by one of its keys. */
export type TypeReach = (from: FederatedSubgraph, fieldName: string) => boolean;

/** Names of leaves beside each other; null for a field set that says more. */
type Names = readonly string[] | null;

const NOTHING: Names = [];

/** Reach within one object type. Only keys and requirements of leaves count: what is true is certain. */
export function createTypeReach(
  defining: readonly FederatedSubgraph[],
  fields: readonly (readonly FieldInSubgraph[])[],
): TypeReach {
  const needs = new Map(fields.map((defined) => [defined[0]?.field.name.value, needsBySubgraph(defined)]));
  const keys = new Map(fields.flat().map(({ subgraph, type }) => [subgraph, keysOf(subgraph, type.directives)]));

  const gives = (subgraph: FederatedSubgraph, name: string): boolean => needs.get(name)?.get(subgraph) === NOTHING;
  const canMove = (from: FederatedSubgraph, to: FederatedSubgraph): boolean =>
    keys.get(to)?.some((key) => key.every((name) => gives(from, name))) ?? false;
  const resolves = (subgraph: FederatedSubgraph, name: string): boolean => {
    const required = needs.get(name)?.get(subgraph) ?? null;
    return (
      required !== null &&
      required.every((leaf) =>
        defining.some((other) => other !== subgraph && gives(other, leaf) && canMove(subgraph, other)),
      )
    );
  };
  return (from, name) =>
    resolves(from, name) || defining.some((other) => resolves(other, name) && canMove(from, other));
}

/** What a field requires, in each subgraph that resolves it. */
function needsBySubgraph(defined: readonly FieldInSubgraph[]): ReadonlyMap<FederatedSubgraph, Names> {
  return new Map(
    resolvingIn(defined).map(({ subgraph, field }): [FederatedSubgraph, Names] => {
      const [requires] = subgraph.directives(field, 'requires');
      return [subgraph, requires === undefined ? NOTHING : namesOf(requires)];
    }),
  );
}

/** The keys that a subgraph resolves. */
function keysOf(
  subgraph: FederatedSubgraph,
  directives: readonly ConstDirectiveNode[],
): readonly (readonly string[])[] {
  return subgraph
    .directives({ directives }, 'key')
    .filter(isResolvable)
    .map(namesOf)
    .filter((names): names is readonly string[] => names !== null);
}

function isResolvable({ arguments: given }: ConstDirectiveNode): boolean {
  const resolvable = given?.find(({ name }) => name.value === 'resolvable')?.value;
  return resolvable === undefined || (resolvable.kind === Kind.BOOLEAN && resolvable.value);
}

function namesOf(directive: ConstDirectiveNode): Names {
  const text = stringArgument(directive, 'fields')?.trim() ?? '';
  return /^[A-Za-z_]\w*(?:[\s,]+[A-Za-z_]\w*)*$/.test(text) ? text.split(/[\s,]+/) : null;
}
