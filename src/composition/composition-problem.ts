import { Kind } from 'graphql';
import type { GraphQLError } from 'graphql';
import type { Place, Problem } from '../errors/problem.ts';
import type { SubgraphSchema } from '../model/subgraph.ts';
import { remedyFor } from './remedies.ts';

/** A composer's error as a Problem: Apollo's code, the coordinate it is about, and every place that takes part. */
export function toProblem(error: GraphQLError, subgraphs: readonly SubgraphSchema[]): Problem {
  const owner = subgraphs.find(
    ({ name }) => name === error.extensions['subgraphName'] || error.message.startsWith(`[${name}] `),
  );
  const involved = owner === undefined ? subgraphs : [owner];
  const code = typeof error.extensions['code'] === 'string' ? error.extensions['code'] : 'COMPOSITION_FAILED';
  const coordinate = findCoordinate(error.message, code, involved);
  const exact = owner === undefined ? [] : exactPlaces(error, owner);
  const places = exact.length > 0 ? exact : placesOf(coordinate, involved);
  return {
    severity: 'error',
    code,
    message: withoutPrefix(error.message, owner, places).replace('in which is is defined', 'in which it is defined'),
    remedy: remedyFor(code),
    coordinate,
    subgraph: owner?.name,
    places: places.length > 0 || owner === undefined ? places : startOf(owner),
  };
}

/** Where a coordinate is defined, in each subgraph that defines it, in the subgraphs' order. */
export function placesOf(coordinate: string | undefined, subgraphs: readonly SubgraphSchema[]): readonly Place[] {
  if (coordinate === undefined) return [];
  return subgraphs.flatMap((subgraph) => subgraph.placeOf(coordinate) ?? []);
}

/** Problems by coordinate, code and message, so that the same graph is reported the same way. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const key = (problem: Problem): string => `${problem.coordinate ?? ''}\n${problem.code}\n${problem.message}`;
  return problems.toSorted((left, right) => (key(left) < key(right) ? -1 : 1));
}

const QUOTED = /"@?([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)(?:\([^"]*\))?"/g;
const BARE = /\b(?:type|field) ([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)/gi;

// The composer puts coordinates into its messages only, first what the error is about. What exists nowhere is no coordinate.
function findCoordinate(message: string, code: string, subgraphs: readonly SubgraphSchema[]): string | undefined {
  const known = [...message.matchAll(QUOTED), ...message.matchAll(BARE)]
    .map((match) => match[1] ?? '')
    .filter((name) => subgraphs.some((subgraph) => subgraph.placeOf(name) !== undefined));
  // A path of types leads to the field that cannot be reached.
  const field = code === 'SATISFIABILITY_ERROR' ? known.find((name) => name.includes('.')) : undefined;
  return field ?? known[0];
}

// The nodes that an error of one subgraph carries stand in that subgraph's files, or in the composer's own SDL.
function exactPlaces(error: GraphQLError, owner: SubgraphSchema): readonly Place[] {
  const files = new Set(owner.document.definitions.flatMap((definition) => definition.loc?.source.name ?? []));
  return (error.nodes ?? [])
    .filter((node) => node.kind !== Kind.DOCUMENT)
    .flatMap(({ loc }) =>
      loc !== undefined && files.has(loc.source.name)
        ? [{ file: loc.source.name, line: loc.startToken.line, column: loc.startToken.column }]
        : [],
    );
}

// `[accounts] …` says what the place says already.
function withoutPrefix(message: string, owner: SubgraphSchema | undefined, places: readonly Place[]): string {
  const prefix = `[${owner?.name}] `;
  return places.length > 0 && message.startsWith(prefix) ? message.slice(prefix.length) : message;
}

function startOf(subgraph: SubgraphSchema): readonly Place[] {
  const file = subgraph.document.definitions[0]?.loc?.source.name ?? subgraph.document.loc?.source.name;
  return file === undefined ? [] : [{ file, line: 1, column: 1 }];
}
