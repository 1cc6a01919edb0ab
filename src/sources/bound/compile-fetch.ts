import {
  type FragmentDefinitionNode,
  getOperationAST,
  type GraphQLObjectType,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { SourceFetch } from '../../model/source.ts';
import type { BoundCallSettings, BoundCalls } from './bound-calls.ts';
import { compileObject } from './compile-object.ts';
import { compileVariables } from './field-arguments.ts';
import type { Variables } from './fetch-run.ts';
import type { FetchScope, ObjectPlan } from './fetch-scope.ts';
import { type CollectedField, collectFields, type SelectionPart } from './selections.ts';

/** A fetch's operation, ready to be run: its root fields in order, and everything below them compiled on first use. */
export type CompiledFetch = {
  readonly rootType: GraphQLObjectType;
  readonly rootFields: readonly CollectedField[];
  readonly scope: FetchScope;
  /** The variables given, with the operation's defaults for those that were not. */
  readonly completeVariables: (given: Variables) => Variables;
};

export function compileFetch(
  fetch: SourceFetch,
  settings: Pick<BoundCallSettings, 'subgraph'>,
  calls: BoundCalls,
): CompiledFetch {
  const { subgraph } = settings;
  const operation = readOperation(fetch);
  const rootType = subgraph.schema.getRootType(operation.operation);
  if (rootType === null || rootType === undefined)
    throw new Error(`Subgraph "${subgraph.name}" has no ${operation.operation}.`);
  const scope: FetchScope = {
    subgraph,
    schema: subgraph.schema,
    fragments: readFragments(fetch),
    calls,
    planObjects: (parts) => planLazily(parts, scope),
  };
  const rootFields = collectFields([{ selectionSet: operation.selectionSet, when: undefined }], rootType, scope);
  return { rootType, rootFields, scope, completeVariables: compileVariables(operation, subgraph.schema) };
}

function planLazily(parts: readonly SelectionPart[], scope: FetchScope): (type: GraphQLObjectType) => ObjectPlan {
  const plans = new Map<GraphQLObjectType, ObjectPlan>();
  return (type) => {
    const known = plans.get(type);
    if (known !== undefined) return known;
    const plan = compileObject(type, parts, scope);
    plans.set(type, plan);
    return plan;
  };
}

function readOperation({ document, operationName }: SourceFetch): OperationDefinitionNode {
  const operation = getOperationAST(document, operationName);
  if (operation === null || operation === undefined) throw new Error('A fetch must hold one operation.');
  return operation;
}

function readFragments({ document }: SourceFetch): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
}
