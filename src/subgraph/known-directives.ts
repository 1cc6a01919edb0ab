import {
  buildASTSchema,
  type GraphQLArgument,
  type GraphQLDirective,
  type GraphQLSchema,
  parse,
  specifiedDirectives,
} from 'graphql';
import { builtInSdl } from './directives/built-in.ts';
import type { Federation } from './federation.ts';
import { federationSdl } from './federation-directives.ts';
import type { TypeIndex } from './type-index.ts';

const linkSdl = /* GraphQL */ `
  scalar link__Import
  enum link__Purpose {
    SECURITY
    EXECUTION
  }
  directive @link(url: String!, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
`;

const definitions = buildASTSchema(parse(`type Query { _: Int } ${federationSdl} ${linkSdl} ${builtInSdl}`));

/** A directive that a schema may use, under the name it has there. */
export type KnownDirective = {
  readonly locations: readonly string[];
  readonly isRepeatable: boolean;
  /** Undefined where the schema defines the directive and does not build: its arguments' types are not known. */
  readonly arguments: ReadonlyMap<string, GraphQLArgument> | undefined;
};

/** Every directive the schema may use: its own, GraphQL's, Federation's by the names that `@link` gives them, ours. */
export function knownDirectives(
  index: TypeIndex,
  federation: Federation,
  schema: GraphQLSchema | undefined,
): ReadonlyMap<string, KnownDirective> {
  const known = new Map<string, KnownDirective>(
    specifiedDirectives.map((directive) => [directive.name, toKnown(directive)]),
  );
  for (const [name, node] of index.directiveDefinitions) {
    const directive = schema?.getDirective(name);
    const locations = node.locations.map(({ value }) => value);
    known.set(
      name,
      directive ? toKnown(directive) : { locations, isRepeatable: node.repeatable, arguments: undefined },
    );
  }
  const builtIn = [
    ['link', 'link'] as const,
    ...federation.names,
    ...[...federation.selvedge].map((name) => [name, name] as const),
  ];
  for (const [name, meaning] of builtIn) {
    const directive = definitions.getDirective(meaning);
    if (directive) known.set(name, toKnown(directive));
  }
  return known;
}

/** The definition of a directive of ours. */
export function builtInDirective(name: string): GraphQLDirective | undefined {
  return definitions.getDirective(name) ?? undefined;
}

function toKnown({ locations, isRepeatable, args }: GraphQLDirective): KnownDirective {
  return { locations, isRepeatable, arguments: new Map(args.map((argument) => [argument.name, argument])) };
}
