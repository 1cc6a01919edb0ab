import { stitchSchemas } from '@graphql-tools/stitch';
import type { GraphQLSchema } from 'graphql';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import type { StitchedField } from '../../subgraph/directives/stitching.ts';
import type { AddedField } from './added-field.ts';
import { createComputedField } from './computed-field.ts';
import { createDelegatedField, queryField } from './delegated-field.ts';
import { keepExactPaths } from './exact-paths.ts';
import type { MergedEntity } from './merged-entity.ts';
import { printAddedTypes } from './print-added-types.ts';
import { createServiceSubschema, type ServiceSchema, type ServiceSubschema } from './service-subschema.ts';
import { createEntityResolvers } from './stitched-entities.ts';

/**
 * The services merged by type, with what the subgraph's SDL adds: its fields, its types, and `_entities`. What the SDL
 * does not name is there, too, but no operation reaches it. Execute it with a StitchedContext.
 */
export function createStitchedSchema(
  subgraph: SubgraphSchema,
  services: readonly ServiceSchema[],
  fields: readonly StitchedField[],
): GraphQLSchema {
  const merges = fields.filter((field) => field.kind === 'merge');
  const subschemas = services.map((service) => createServiceSubschema(service, merges, subgraph.keys));
  const resolvers = createAddedFields(fields, subschemas);
  const entities = createEntityResolvers({
    subgraph: subgraph.name,
    byType: entitiesByType(subschemas),
    added: new Map([...resolvers].map(([type, added]) => [type, new Set(Object.keys(added))])),
    keys: subgraph.keys,
  });
  const hasEntities = queryField(subgraph.schema, '_entities') !== undefined;
  const schema = stitchSchemas<Record<string, unknown>>({
    subschemas: subschemas.map(({ config }) => config),
    typeDefs: printAddedTypes(
      subgraph.schema,
      services.map(({ schema }) => schema),
    ),
    resolvers: {
      ...Object.fromEntries(resolvers),
      ...(hasEntities ? { ...entities, Query: { ...resolvers.get('Query'), ...entities.Query } } : {}),
    },
    mergeDirectives: false,
  });
  keepExactPaths(schema);
  return schema;
}

function createAddedFields(
  fields: readonly StitchedField[],
  subschemas: readonly ServiceSubschema[],
): Map<string, Record<string, AddedField>> {
  const byType = new Map<string, Record<string, AddedField>>();
  for (const field of fields) {
    const added = createAddedField(field, subschemas);
    if (added !== undefined) byType.set(field.type, { ...byType.get(field.type), [field.field.name.value]: added });
  }
  return byType;
}

function createAddedField(field: StitchedField, subschemas: readonly ServiceSubschema[]): AddedField | undefined {
  switch (field.kind) {
    case 'merge':
      return undefined;
    case 'computed':
      return createComputedField(field);
    case 'delegate': {
      const subschema = subschemas.find(
        ({ config }) => queryField(config.schema, field.target.name.value) !== undefined,
      );
      return subschema === undefined ? undefined : createDelegatedField(field, subschema.config);
    }
  }
}

function entitiesByType(subschemas: readonly ServiceSubschema[]): Map<string, MergedEntity[]> {
  const byType = new Map<string, MergedEntity[]>();
  for (const { entities } of subschemas) {
    for (const [type, ways] of entities) byType.set(type, [...(byType.get(type) ?? []), ...ways]);
  }
  return byType;
}
