import {
  type FieldNode,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { GatewayError } from '../../errors/gateway-error.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { BoundCalls, type BoundCallSettings } from './bound-calls.ts';
import { compileField } from './compile-field.ts';
import { compileObject } from './compile-object.ts';
import { FetchRun } from './fetch-run.ts';
import type { FetchScope } from './fetch-scope.ts';
import { fromRepresentation } from './object-state.ts';
import type { Fields } from './read-field.ts';
import type { SelectionPart } from './selections.ts';

/** One call, by the coordinate of its field (`Type.field`) or entity (`Type`). */
export type FieldCall = {
  readonly coordinate: string;
  /** Of the field, in their JSON form, defaults filled in. */
  readonly args: Fields;
  /** The parent, or the entity's key: fields under their GraphQL names. */
  readonly parent: Fields;
};

export type CalledField = { readonly value: unknown; readonly errors: readonly GatewayError[] };

/** Objects in objects are shown so deep. */
const MAX_DEPTH = 4;

/** Makes the one call of a field or entity, and maps its answer as a query would: every field that needs no further call. */
export async function callField(
  settings: BoundCallSettings,
  { coordinate, args, parent }: FieldCall,
  context: RequestContext,
): Promise<CalledField> {
  const { subgraph } = settings;
  const [typeName = '', fieldName] = coordinate.split('.');
  const type = subgraph.schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`There is no object type ${typeName}.`);
  const scope = createScope(coordinate, new BoundCalls(settings), subgraph);
  const run = new FetchRun(subgraph.name, context, { variables: args });
  const out: Record<string, unknown> = {};
  if (fieldName === undefined) {
    const part = { selectionSet: selectAll(type, subgraph, 1), when: undefined };
    compileObject(type, [part], scope).completeEntity(parent, { key: typeName, parent: undefined }, run, (value) => {
      out[typeName] = value;
    });
  } else {
    writeField(type, fieldName, { parent, scope, run, out });
  }
  await run.settle();
  return { value: out[fieldName ?? typeName] ?? null, errors: run.errors };
}

type Writing = {
  readonly parent: Fields;
  readonly scope: FetchScope;
  readonly run: FetchRun;
  readonly out: Record<string, unknown>;
};

function writeField(type: GraphQLObjectType, name: string, { parent, scope, run, out }: Writing): void {
  const field = type.getFields()[name];
  if (field === undefined) throw new Error(`${type.name} has no field ${name}.`);
  const node = toNode(field, scope.subgraph);
  const parts: SelectionPart[] =
    node.selectionSet === undefined ? [] : [{ selectionSet: node.selectionSet, when: undefined }];
  const plan = compileField(type, { responseKey: name, node, when: undefined, parts }, scope);
  plan.write(out, fromRepresentation(parent), undefined, run);
}

/** Its arguments are variables of the same names. */
export function toNode(field: GraphQLField<unknown, unknown>, subgraph: SubgraphSchema): FieldNode {
  const named = getNamedType(field.type);
  const node: FieldNode = {
    ...nodeOf(field.name),
    arguments: field.args.map(({ name }) => ({
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: name },
      value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
    })),
  };
  return isCompositeType(named) ? { ...node, selectionSet: selectAll(named, subgraph, 1) } : node;
}

/** No other call is made than the one that is asked for. */
export function createScope(coordinate: string, calls: BoundCalls, subgraph: SubgraphSchema): FetchScope {
  const scope: FetchScope = {
    subgraph,
    schema: subgraph.schema,
    fragments: new Map(),
    calls: {
      forField: (type, field, policyOf) =>
        `${type.name}.${field.name}` === coordinate ? calls.forField(type, field, policyOf) : undefined,
      forEntity: (type, policyOf) => (type.name === coordinate ? calls.forEntity(type, policyOf) : undefined),
    },
    planObjects: (parts) => (type) => compileObject(type, parts, scope),
  };
  return scope;
}

function selectAll(type: GraphQLCompositeType, subgraph: SubgraphSchema, depth: number): SelectionSetNode {
  const selections = isAbstractType(type)
    ? [nodeOf('__typename'), ...subgraph.schema.getPossibleTypes(type).map((one) => selectOn(one, subgraph, depth))]
    : selectFields(type, subgraph, depth);
  return { kind: Kind.SELECTION_SET, selections: selections.length === 0 ? [nodeOf('__typename')] : selections };
}

function selectOn(type: GraphQLObjectType, subgraph: SubgraphSchema, depth: number): SelectionNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } },
    selectionSet: selectAll(type, subgraph, depth),
  };
}

function selectFields(type: GraphQLObjectType, subgraph: SubgraphSchema, depth: number): SelectionNode[] {
  return Object.values(type.getFields()).flatMap((field): SelectionNode[] => {
    const named: GraphQLNamedType = getNamedType(field.type);
    const isCalled = subgraph.fieldBindings.has(`${type.name}.${field.name}`);
    if (isCalled || field.args.some(isRequiredArgument)) return [];
    if (!isCompositeType(named)) return [nodeOf(field.name)];
    return depth >= MAX_DEPTH ? [] : [{ ...nodeOf(field.name), selectionSet: selectAll(named, subgraph, depth + 1) }];
  });
}

function nodeOf(name: string): FieldNode {
  return { kind: Kind.FIELD, name: { kind: Kind.NAME, value: name } };
}
