import {
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

const MOST_DEPTH = 4;
const MOST_LEAVES = 3;
const MOST_OBJECTS = 2;

/**
 * A small query that the schema allows and that needs no variables: what it costs to prepare one for the first time is paid
 * with it. It has a named fragment, and goes through lists, objects and abstract types as the schema has them.
 */
export function sampleOperation(schema: GraphQLSchema): string {
  const query = schema.getQueryType();
  if (query === undefined || query === null) return '{ __typename }';
  const fields = selectionOf(query, MOST_DEPTH);
  return `query Sample($on: Boolean = true) { ...Roots @include(if: $on) ${fields} } fragment Roots on ${query.name} ${'{'} ${fields} }`;
}

function selectionOf(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (isAbstractType(named) && !isInterfaceType(named)) return '__typename';
  if (!isObjectType(named) && !isInterfaceType(named)) return '';
  const open = Object.values(named.getFields()).filter((field) => !field.args.some(isRequiredArgument));
  const [objects, leaves] = [open.filter(hasFields), open.filter((field) => !hasFields(field))];
  const nested = depth <= 1 ? [] : objects.slice(0, MOST_OBJECTS);
  return [
    '__typename',
    ...leaves.slice(0, MOST_LEAVES).map(({ name }) => name),
    ...nested.map((field) => `${field.name} { ${selectionOf(field.type, depth - 1)} }`),
  ].join(' ');
}

function hasFields({ type }: GraphQLField<unknown, unknown>): boolean {
  const named = getNamedType(type);
  return isObjectType(named) || isAbstractType(named);
}
