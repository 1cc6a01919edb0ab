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
  switch (type === undefined ? undefined : getNullableType(type)) {
    case GraphQLString:
    case GraphQLID:
      return (value) => typeof value === 'string';
    case GraphQLInt:
      return (value) => typeof value === 'number' && (value | 0) === value;
    case GraphQLFloat:
      return (value) => typeof value === 'number' && Number.isFinite(value);
    case GraphQLBoolean:
      return (value) => typeof value === 'boolean';
    default:
      return () => false;
  }
}
