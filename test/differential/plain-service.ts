import { buildASTSchema, execute, Kind, type DefinitionNode, type GraphQLSchema, parse, print, visit } from 'graphql';
import type { BoundModel } from './bind-model.ts';
import type { GraphModel } from './graph-model.ts';
import { isWithin } from './graph-model.ts';
import { printSubgraph } from './print-model.ts';
import type { World, WorldObject } from './world.ts';

type Json = Readonly<Record<string, unknown>>;

/** A stitched subgraph's SDL: the service's own, with a way to each of its entities by key. */
export function printStitched(model: GraphModel, bound: BoundModel, subgraph: string): string {
  const lookups = printLookups(model, bound, subgraph, true);
  return `${printSubgraph(model, subgraph)}${lookups === '' ? '' : `\nextend type Query {\n${lookups}\n}`}`;
}

/** The schema of the service behind it, which knows nothing of federation. */
export function printPlain(model: GraphModel, bound: BoundModel, subgraph: string): string {
  const bare = visit(parse(printSubgraph(model, subgraph)), { Directive: () => null, SchemaExtension: () => null });
  const isQuery = (node: DefinitionNode) => node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === 'Query';
  const lookups = printLookups(model, bound, subgraph, false);
  const head = bare.definitions.some(isQuery) ? 'extend type Query' : 'type Query';
  return `${print(bare)}\n${head} {\nnothing: Int\n${lookups}\n}`;
}

function printLookups(model: GraphModel, bound: BoundModel, subgraph: string, isMerged: boolean): string {
  const entities = [...model.types.values()].filter((type) => type.kind === 'entity' && isWithin(type, subgraph));
  return entities
    .map(({ name }) => {
      const [key = 'id'] = bound.identityOf(subgraph, name);
      const merge = isMerged ? ` @merge(keyField: "${key}") @inaccessible` : '';
      return `lookup_${subgraph}_${name}(keys: [${key === 'num' ? 'Int' : key === 'id' ? 'ID' : 'String'}!]!): [${name}]!${merge}`;
    })
    .join('\n');
}

/** A GraphQL server over the world, with `lookup_` queries that answer in another order than they were asked in. */
export function createPlainService(
  schema: GraphQLSchema,
  subgraph: string,
  { bound, world }: { readonly bound: BoundModel; readonly world: World },
) {
  return async ({ query, variables }: { readonly query: string; readonly variables?: Json | null }): Promise<unknown> =>
    execute({
      schema,
      document: parse(query),
      variableValues: variables ?? {},
      fieldResolver: (source: WorldObject | undefined, args: Json, _context, info) => {
        if (!info.fieldName.startsWith('lookup_')) {
          return world.resolve(source, info.parentType.name, info.fieldName, args);
        }
        const typename = info.fieldName.slice(`lookup_${subgraph}_`.length);
        const [key = 'id'] = bound.identityOf(subgraph, typename);
        return (args['keys'] as unknown[])
          .map((value) => world.find({ __typename: typename, [key]: value }))
          .toReversed();
      },
      typeResolver: (value) => (value as WorldObject).__typename,
    });
}

export const buildPlain = (sdl: string): GraphQLSchema => {
  const document = parse(sdl);
  const extensions = document.definitions.filter((node) => node.kind === Kind.OBJECT_TYPE_EXTENSION);
  const definitions = document.definitions
    .filter((node) => node.kind !== Kind.OBJECT_TYPE_EXTENSION)
    .map((node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === 'Query'
        ? { ...node, fields: [...(node.fields ?? []), ...extensions.flatMap(({ fields }) => fields ?? [])] }
        : node,
    );
  return buildASTSchema({ ...document, definitions });
};
