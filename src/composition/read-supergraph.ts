import { GraphQLError, isTypeDefinitionNode, parse, Source } from 'graphql';
import type { DocumentNode, FieldDefinitionNode, InputValueDefinitionNode, TypeDefinitionNode } from 'graphql';
import type { Place, Problem } from '../errors/problem.ts';
import { toSupergraph } from './to-supergraph.ts';
import type { ReadSupergraph } from './to-supergraph.ts';

/**
 * Reads a supergraph composed elsewhere (Apollo, Hive, Cosmo, or ourselves). `file` is what problems show.
 * A feature that the graph needs for execution or security, and that is unknown here, is a problem.
 */
export function readSupergraph(sdl: string, file: string): ReadSupergraph {
  const parsed = parseSdl(sdl, file);
  if ('problem' in parsed) return { kind: 'failed', problems: [parsed.problem] };
  const read = readDocument(parsed.document, sdl);
  const placed = (problem: Problem): Problem => ({
    ...problem,
    places: [placeOf(problem.coordinate, parsed.document, file)],
  });
  return read.kind === 'read'
    ? { ...read, openRequirements: read.openRequirements.map(placed) }
    : { kind: 'failed', problems: read.problems.map(placed) };
}

// A document that parses can still be no schema at all: graphql-js throws for the first such fault.
function readDocument(document: DocumentNode, sdl: string): ReadSupergraph {
  try {
    return toSupergraph(document, sdl);
  } catch (error) {
    const message = `The schema cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return { kind: 'failed', problems: [{ severity: 'error', code: 'INVALID_SUPERGRAPH', message, places: [] }] };
  }
}

function parseSdl(sdl: string, file: string): { readonly document: DocumentNode } | { readonly problem: Problem } {
  try {
    return { document: parse(new Source(sdl, file)) };
  } catch (error) {
    const at = error instanceof GraphQLError ? error.locations?.[0] : undefined;
    const message = error instanceof Error ? error.message : String(error);
    const places = [{ file, line: at?.line ?? 1, column: at?.column ?? 1 }];
    return { problem: { severity: 'error', code: 'INVALID_GRAPHQL', message, places } };
  }
}

function placeOf(coordinate: string | undefined, document: DocumentNode, file: string): Place {
  const [typeName, fieldName] = coordinate?.split('.') ?? [];
  const type = document.definitions
    .filter(isTypeDefinitionNode)
    .find((definition) => definition.name.value === typeName);
  const field = fieldsOf(type).find((candidate) => candidate.name.value === fieldName);
  const { line, column } = (field ?? type)?.loc?.startToken ?? { line: 1, column: 1 };
  return { file, line, column };
}

function fieldsOf(type: TypeDefinitionNode | undefined): readonly (FieldDefinitionNode | InputValueDefinitionNode)[] {
  return type !== undefined && 'fields' in type ? (type.fields ?? []) : [];
}
