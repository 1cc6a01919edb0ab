import { addResolversToSchema } from '@graphql-tools/schema';
import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import type { ResolverMap } from './check-resolvers.ts';

type ResolveReference = (representation: Representation, context: unknown, info: GraphQLResolveInfo) => unknown;
type Representation = Readonly<Record<string, unknown>> & { readonly __typename: string };

/**
 * A subgraph's schema with its resolvers in place. Entities come from `__resolveReference`, or else are the
 * representation itself: key and `@requires` fields are then the parent of the entity's fields.
 */
export function createExecutableSchema(subgraph: SubgraphSchema, resolvers: ResolverMap): GraphQLSchema {
  const { fields, references } = splitReferences(resolvers);
  if (subgraph.keys.size === 0) return addResolversToSchema({ schema: subgraph.schema, resolvers: fields });
  return addResolversToSchema({
    schema: subgraph.schema,
    resolvers: { ...fields, ...entityResolvers(subgraph, fields, references) },
  });
}

type SplitResolvers = {
  readonly fields: Record<string, object>;
  readonly references: ReadonlyMap<string, ResolveReference>;
};

function splitReferences(resolvers: ResolverMap): SplitResolvers {
  const fields: Record<string, object> = {};
  const references = new Map<string, ResolveReference>();
  for (const [type, value] of Object.entries(resolvers)) {
    if (!Object.hasOwn(value, '__resolveReference')) {
      fields[type] = value;
      continue;
    }
    const { __resolveReference: reference, ...others } = value;
    fields[type] = others;
    references.set(type, reference as ResolveReference);
  }
  return { fields, references };
}

function entityResolvers(
  subgraph: SubgraphSchema,
  fields: Readonly<Record<string, object>>,
  references: ReadonlyMap<string, ResolveReference>,
): Record<string, object> {
  const typeNames = new WeakMap<object, string>();

  const resolveEntity = async (value: unknown, context: unknown, info: GraphQLResolveInfo): Promise<unknown> => {
    const representation = parseRepresentation(value, subgraph);
    const entity = (await references.get(representation.__typename)?.(representation, context, info)) ?? null;
    if (!references.has(representation.__typename)) return representation;
    if (typeof entity === 'object' && entity !== null) typeNames.set(entity, representation.__typename);
    return entity;
  };

  return {
    Query: {
      ...fields.Query,
      _entities: (_: unknown, args: { representations: unknown[] }, context: unknown, info: GraphQLResolveInfo) =>
        args.representations.map((representation) => resolveEntity(representation, context, info)),
    },
    _Entity: {
      __resolveType: (entity: { readonly __typename?: string }) => typeNames.get(entity) ?? entity.__typename,
    },
  };
}

function parseRepresentation(value: unknown, subgraph: SubgraphSchema): Representation {
  const name = typeof value === 'object' && value !== null && '__typename' in value ? value.__typename : undefined;
  if (typeof name === 'string' && subgraph.keys.has(name)) return value as Representation;
  throw new GatewayError('INTERNAL_ERROR', 'An entity was asked for that the subgraph does not have.', {
    service: subgraph.name,
    detail: `"${subgraph.name}" has no entity ${String(name)}.`,
  });
}
