import {
  executeSync,
  Kind,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { CheckedOperation } from '../model/operation.ts';
import { isResponseObject, type ResponseObject } from './response-object.ts';

/** Answers kept for one operation: one for each combination of the variables that its introspection uses. */
const MAX_ANSWERS = 16;

/** Answers an operation's introspection fields out of the API schema. */
export type Introspect = (variables: Readonly<Record<string, unknown>>) => ResponseObject;

export function createIntrospection(checked: CheckedOperation, schema: GraphQLSchema): Introspect {
  let part: IntrospectionPart | undefined;
  const answers = new Map<string, ResponseObject>();
  return (variables) => {
    part ??= readIntrospectionPart(checked);
    const { document, variableNames } = part;
    const used = Object.fromEntries(
      variableNames.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]),
    );
    const key = JSON.stringify(used);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const { data } = executeSync({ schema, document, variableValues: used });
    const answer = isResponseObject(data) ? data : {};
    if (answers.size >= MAX_ANSWERS) answers.clear();
    answers.set(key, answer);
    return answer;
  };
}

type IntrospectionPart = { readonly document: DocumentNode; readonly variableNames: readonly string[] };

function readIntrospectionPart({ operation, fragments }: CheckedOperation): IntrospectionPart {
  const selectionSet = keepIntrospection(operation.selectionSet, fragments);
  const body: OperationDefinitionNode = { ...operation, selectionSet, directives: [] };
  const used = new Set<string>();
  visit(
    { kind: Kind.DOCUMENT, definitions: [{ ...body, variableDefinitions: [] }, ...fragments.values()] },
    { Variable: (variable) => void used.add(variable.name.value) },
  );
  const variableDefinitions = (operation.variableDefinitions ?? []).filter(({ variable }) =>
    used.has(variable.name.value),
  );
  return {
    document: { kind: Kind.DOCUMENT, definitions: [{ ...body, variableDefinitions }, ...fragments.values()] },
    variableNames: variableDefinitions.map(({ variable }) => variable.name.value),
  };
}

/** The root selection with nothing but `__schema` and `__type`; fragments of the root are dissolved. */
function keepIntrospection(
  selectionSet: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): SelectionSetNode {
  const selections = selectionSet.selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD)
      return selection.name.value === '__schema' || selection.name.value === '__type' ? [selection] : [];
    const inner =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : fragments.get(selection.name.value)?.selectionSet;
    if (inner === undefined) return [];
    const kept = keepIntrospection(inner, fragments);
    return kept.selections.length === 0
      ? []
      : [{ kind: Kind.INLINE_FRAGMENT, directives: selection.directives ?? [], selectionSet: kept }];
  });
  return { kind: Kind.SELECTION_SET, selections };
}
