import {
  getNullableType,
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLOutputType,
  GraphQLString,
} from 'graphql';

/**
 * Whether a value already has the form that GraphQL gives values of the type: most leaves of most answers do, and are
 * taken as they are, without a path for the case that they don't fit.
 */
export function compileIsOwnForm(type: GraphQLOutputType | undefined): (value: unknown) => boolean {
  return (type && FORMS.get(getNullableType(type))) ?? (() => false);
}

const isText = (value: unknown): boolean => typeof value === 'string';

const FORMS = new Map<unknown, (value: unknown) => boolean>([
  [GraphQLString, isText],
  [GraphQLID, isText],
  [GraphQLInt, (value) => typeof value === 'number' && (value | 0) === value],
  [GraphQLFloat, (value) => typeof value === 'number' && Number.isFinite(value)],
  [GraphQLBoolean, (value) => typeof value === 'boolean'],
]);
