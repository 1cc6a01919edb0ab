import { type DefinitionNode, type DocumentNode, GraphQLError, Kind, parse, Source } from 'graphql';
import type { SourceText } from '../model/subgraph.ts';
import type { Report } from './report.ts';
import { withSchemaDefinition } from './schema-definition.ts';

/** Parses a subgraph's SDL files into one document, locations kept. Undefined when one of them is not SDL. */
export function parseSources(sources: readonly SourceText[], report: Report): DocumentNode | undefined {
  const parsed = sources.map((source) => parseSource(source, report));
  if (sources.length === 0) {
    report.error({
      code: 'INVALID_GRAPHQL',
      message: 'The subgraph has no schema.',
      remedy: 'Give its SDL file.',
      at: undefined,
    });
    return undefined;
  }
  if (parsed.includes(undefined)) return undefined;
  return { kind: Kind.DOCUMENT, definitions: withSchemaDefinition(parsed.flatMap((definitions) => definitions ?? [])) };
}

function parseSource({ name, text }: SourceText, report: Report): readonly DefinitionNode[] | undefined {
  try {
    const { definitions } = parse(new Source(text, name));
    const executable = definitions.filter(
      ({ kind }) => kind === Kind.OPERATION_DEFINITION || kind === Kind.FRAGMENT_DEFINITION,
    );
    for (const definition of executable) {
      report.error({
        code: 'INVALID_GRAPHQL',
        message: 'A schema file holds an operation or a fragment.',
        remedy: 'Keep operations out of the schema: only type, schema and directive definitions stand here.',
        at: definition,
      });
    }
    return executable.length === 0 ? definitions : undefined;
  } catch (error) {
    report.error({ code: 'INVALID_GRAPHQL', ...describeSyntaxError(error, text), at: placeOfSyntaxError(error, name) });
    return undefined;
  }
}

function describeSyntaxError(error: unknown, text: string): { message: string; remedy: string } {
  if (text.replace(/^[ \t]*#.*$/gm, '').trim() === '') {
    return {
      message: 'The schema file is empty.',
      remedy: 'Write the subgraph’s types into it, or take it off the list.',
    };
  }
  // A document nested deeper than the parser's stack ends as a RangeError, not as a GraphQLError.
  if (!(error instanceof GraphQLError)) {
    return { message: 'The schema is nested too deeply to be read.', remedy: 'Flatten its values.' };
  }
  const message = error.message.replace(/^Syntax Error: /, 'Syntax error: ');
  return { message, remedy: remedyOf(message) };
}

function remedyOf(message: string): string {
  if (message.includes('<EOF>'))
    return 'A bracket or a brace that was opened is not closed before the end of the file.';
  if (message.includes('description')) return 'An extension takes no description: write it as a comment, with "#".';
  return 'Look at this place, and at what stands just before it.';
}

function placeOfSyntaxError(error: unknown, file: string) {
  const location = error instanceof GraphQLError ? error.locations?.[0] : undefined;
  return { file, line: location?.line ?? 1, column: location?.column ?? 1 };
}
