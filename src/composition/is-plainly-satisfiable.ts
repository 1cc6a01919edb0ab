import { namedTypeOf } from '../subgraph/type-index.ts';
import type { FieldDefinitionNode } from 'graphql';
import type { FederatedGraph } from './federated-graph.ts';
import { resolvingIn, stringArgument } from './federated-subgraph.ts';
import type { FederatedSubgraph, FieldInSubgraph } from './federated-subgraph.ts';
import { createTypeReach } from './type-reach.ts';

/**
 * Whether it can be seen type by type that each field can be got wherever its type can be: it is resolved there, or
 * one key away. True is certain. False says only that the ways have to be walked, as the composer does: for each step
 * it keeps the whole way there, which is gigabytes for thousands of types that lead to each other.
 */
export function isPlainlySatisfiable({ subgraphs, fields }: FederatedGraph): boolean {
  if (!subgraphs.every(isPlain)) return false;
  const definitions = Map.groupBy(
    subgraphs.flatMap((subgraph) => [...subgraph.types.values()].map((type) => ({ subgraph, type }))),
    ({ type }) => type.name,
  );
  const fieldsByType = Map.groupBy(fields.values(), (defined) => defined[0]?.type.name);
  return [...definitions].every(([name, defined]) => {
    const kinds = new Set(defined.map(({ type }) => type.kind));
    if (kinds.size > 1) return false;
    if (!kinds.has('object')) return true; // fields are walked on objects only
    const defining = defined.map(({ subgraph }) => subgraph);
    const ofType = fieldsByType.get(name) ?? [];
    return isRoot(name) ? ofType.every(isRootFieldPlain) : isObjectPlain(defining, ofType);
  });
}

// What depends on the way that leads to a type, or that the composer reads in its own manner.
const ON_TYPES = ['external', 'interfaceObject', 'provides', 'requires', 'context'];
const ON_FIELDS = ['provides', 'context', 'fromContext'];
const ROOTS: Readonly<Record<string, string>> = { Query: 'query', Mutation: 'mutation', Subscription: 'subscription' };

const isRoot = (typeName: string): boolean => Object.hasOwn(ROOTS, typeName);

function isPlain(subgraph: FederatedSubgraph): boolean {
  return (
    subgraph.isFederation2 &&
    [...subgraph.index.roots].every(([name, kind]) => ROOTS[name] === kind) &&
    [...subgraph.types.values()].every(
      (type) =>
        !ON_TYPES.some((directive) => subgraph.has(type, directive)) &&
        !(type.kind === 'interface' && subgraph.has(type, 'key')) &&
        [...type.fields.values()].every((field) => isFieldPlain(subgraph, field)),
    )
  );
}

function isFieldPlain(subgraph: FederatedSubgraph, field: FieldDefinitionNode): boolean {
  return (
    !isRoot(namedTypeOf(field.type).name.value) &&
    !ON_FIELDS.some((directive) => subgraph.has(field, directive)) &&
    !field.arguments?.some((argument) => subgraph.has(argument, 'fromContext')) &&
    subgraph.directives(field, 'override').every((override) => stringArgument(override, 'label') === undefined)
  );
}

// A request enters at the root of each subgraph.
function isRootFieldPlain(defined: readonly FieldInSubgraph[]): boolean {
  return haveOneType(defined) && resolvingIn(defined).some(({ subgraph, field }) => !subgraph.has(field, 'requires'));
}

function isObjectPlain(
  defining: readonly FederatedSubgraph[],
  fields: readonly (readonly FieldInSubgraph[])[],
): boolean {
  const reach = createTypeReach(defining, fields);
  return fields.every(
    (defined) => haveOneType(defined) && defining.every((subgraph) => reach(subgraph, nameOf(defined))),
  );
}

function haveOneType(defined: readonly FieldInSubgraph[]): boolean {
  return new Set(defined.map(({ field }) => namedTypeOf(field.type).name.value)).size === 1;
}

const nameOf = ([first]: readonly FieldInSubgraph[]): string => first?.field.name.value ?? '';
