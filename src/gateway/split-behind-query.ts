import {
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { reachableFragments } from '../document/reachable-fragments.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { CheckedOperation } from '../model/operation.ts';
import { findBehindQuery, type FoundBehindQuery, type Step } from './find-behind-query.ts';

/** A query of its own, whose data belong where `steps` lead: at every object of that place. */
type BehindQuery = { readonly steps: readonly Step[]; readonly operation: CheckedOperation };

type Split = { readonly outer: CheckedOperation; readonly behind: readonly BehindQuery[] };

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** Whether a field of the schema leads back to `Query`, as Relay has it on payloads. */
export function leadsBackToQuery(schema: GraphQLSchema): boolean {
  return Object.values(schema.getTypeMap()).some(
    (type) =>
      (isObjectType(type) || isInterfaceType(type)) &&
      Object.values(type.getFields()).some((field) => getNamedType(field.type) === schema.getQueryType()),
  );
}

/**
 * An operation without what it selects of fields that lead back to `Query`, and that as queries of their own, to be planned
 * over the whole graph: the subgraph of such a field has only its own root fields. Throws GatewayError where one place selects
 * differently for different types.
 */
export function splitBehindQuery(operation: CheckedOperation, schema: GraphQLSchema): Split {
  const places = Map.groupBy(findBehindQuery(operation, schema), ({ steps }) => steps.map(({ key }) => key).join('.'));
  if (places.size === 0) return { outer: operation, behind: [] };
  const fragments = new Map([...operation.fragments].map(([name, fragment]) => [name, emptied(fragment, schema)]));
  return {
    outer: toChecked(emptied(operation.operation, schema), fragments),
    behind: [...places].map(([place, found]) => ({
      steps: found[0]?.steps ?? [],
      operation: toChecked(toQuery(operation.operation, together(found, place)), operation.fragments),
    })),
  };
}

const JUST_A_NAME: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
};

/** With nothing but their type's name selected of fields that lead back. */
function emptied<T extends OperationDefinitionNode | FragmentDefinitionNode>(node: T, schema: GraphQLSchema): T {
  const types = new TypeInfo(schema);
  const empty = (field: FieldNode): FieldNode | undefined => {
    const type = types.getType();
    if (field.selectionSet === undefined || type === undefined || type === null) return undefined;
    return getNamedType(type) === schema.getQueryType() ? { ...field, selectionSet: JUST_A_NAME } : undefined;
  };
  return visit(node, visitWithTypeInfo(types, { Field: { leave: empty } })) as T;
}

function together(found: readonly FoundBehindQuery[], place: string): SelectionSetNode {
  if (new Set(found.map(({ conditions }) => conditions.join())).size > 1) {
    const message = `Below "${place}" the same must be selected for all types: give the fields aliases of their own.`;
    throw new GatewayError('GRAPHQL_VALIDATION_FAILED', message);
  }
  const [only, second] = found;
  if (only !== undefined && second === undefined) return only.selectionSet; // what guards it guards its place
  return { kind: Kind.SELECTION_SET, selections: found.map(guarded) };
}

function guarded({ selectionSet, guards }: FoundBehindQuery): SelectionNode {
  const within = guards.filter((directives) => directives.length > 0);
  const inside: SelectionNode = { kind: Kind.INLINE_FRAGMENT, selectionSet };
  return within.reduceRight<SelectionNode>(
    (selection, directives) => ({
      kind: Kind.INLINE_FRAGMENT,
      directives,
      selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
    }),
    inside,
  );
}

function toQuery(operation: OperationDefinitionNode, selectionSet: SelectionSetNode): OperationDefinitionNode {
  return { ...operation, operation: OperationTypeNode.QUERY, directives: [], selectionSet };
}

/** With the fragments and variables that it still uses. */
function toChecked(operation: OperationDefinitionNode, all: Fragments): CheckedOperation {
  const fragments = reachableFragments(operation, all);
  const used = new Set<string>();
  for (const node of [{ ...operation, variableDefinitions: [] }, ...fragments.values()]) {
    visit(node, { Variable: ({ name }) => void used.add(name.value) });
  }
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value));
  const own: OperationDefinitionNode = { ...operation, variableDefinitions };
  return { operation: own, fragments, document: { kind: Kind.DOCUMENT, definitions: [own, ...fragments.values()] } };
}
