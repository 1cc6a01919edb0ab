import {
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isIntrospectionType,
  isObjectType,
  responsePathAsArray,
} from 'graphql';

type Path = readonly (string | number)[];

/**
 * Makes every error of a stitched schema stand where its field stands. graphql-tools' own paths lack the position of an
 * entity that was fetched in a batch. Changes the schema's resolvers.
 */
export function keepExactPaths(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.resolve !== undefined) field.resolve = relocating(field.resolve);
    }
  }
}

type Resolver = GraphQLFieldResolver<unknown, unknown>;

function relocating(resolve: Resolver): Resolver {
  return (...args) => {
    const [, , , info] = args;
    try {
      const value = resolve(...args);
      if (!isPromiseLike(value)) return fix(value, info);
      return Promise.resolve(value).then(
        (settled) => fix(settled, info),
        (error: unknown) => rethrow(error, info),
      );
    } catch (error) {
      return rethrow(error, info);
    }
  };
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function rethrow(error: unknown, info: GraphQLResolveInfo): never {
  throw fix(error, info);
}

/** Errors stand in place of values, and of items of lists. */
function fix(value: unknown, info: GraphQLResolveInfo, indices: Path = []): unknown {
  if (Array.isArray(value)) {
    return value.some((item) => item instanceof Error || Array.isArray(item))
      ? value.map((item, index) => fix(item, info, [...indices, index]))
      : value;
  }
  return value instanceof GraphQLError ? relocate(value, [...responsePathAsArray(info.path), ...indices]) : value;
}

function relocate(error: GraphQLError, place: Path): GraphQLError {
  const path = [...place, ...tailOf(error.path ?? [], place)];
  return new GraphQLError(error.message, { path, extensions: error.extensions, originalError: error });
}

/** What of an error's path lies below a place. The names tell; positions in lists may be missing from it. */
function tailOf(path: Path, place: Path): Path {
  const names = place.filter((key) => typeof key === 'string');
  let met = 0;
  let end = 0;
  while (end < path.length && met < names.length) {
    const key = path[end];
    if (typeof key === 'string' && key !== names[met]) return [];
    if (typeof key === 'string') met += 1;
    end += 1;
  }
  while (typeof path[end] === 'number' && typeof place.at(-1) === 'number') end += 1;
  return met < names.length ? [] : path.slice(end);
}
