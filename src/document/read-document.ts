import { GraphQLError, Kind, parse, specifiedRules, validate, OverlappingFieldsCanBeMergedRule } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { DocumentLimits } from '../config/limits.ts';
import type { ErrorCode } from '../errors/codes.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { RequestErrors } from '../errors/request-errors.ts';
import { exceededLimit } from './exceeded-limit.ts';
import { LimitedLexer } from './limited-lexer.ts';
import { measureDocument } from './measure-document.ts';
import { nonEmptySelections } from './non-empty-selections.ts';
import { overlappingFields } from './overlapping-fields.ts';

/** A document that parses, is within limits and fits the API schema. */
export type CheckedDocument = {
  readonly definitions: readonly OperationDefinitionNode[];
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Selections of all operations, fragments counted where they are spread. */
  readonly selections: number;
};

export type ReadingOptions = {
  readonly apiSchema: GraphQLSchema;
  readonly suggestions: boolean;
  readonly limits: DocumentLimits;
};

// More than this many at once help nobody.
const MAX_ERRORS = 20;
// An error's position is found by counting lines from the start.
const MAX_LOCATED_LINES = 20_000;
// Fields that overlap are looked at several times; documents as people write them need two looks at each selection.
const LOOKS_PER_SELECTION = 10;

const RULES = [...specifiedRules.filter((rule) => rule !== OverlappingFieldsCanBeMergedRule), nonEmptySelections];

/**
 * Parses, counts against the limits and validates by GraphQL's rules, in this order: nothing is worked out of a document
 * that is over a limit. Throws RequestErrors: all that validation finds, the one syntax error, or the limit.
 */
export function readDocument(query: string, { apiSchema, suggestions, limits }: ReadingOptions): CheckedDocument {
  const document = parseWithin(query, limits);
  const { selections, cyclic } = measureDocument(document, limits);
  // @defer and @stream are not among the directives of the schema, so they are unknown.
  const rules = cyclic ? RULES : [...RULES, overlappingFields(countLooks(limits))];
  const errors = validate(apiSchema, document, rules, { maxErrors: MAX_ERRORS, hideSuggestions: !suggestions });
  if (errors.length > 0) throw toRequestErrors('GRAPHQL_VALIDATION_FAILED', errors);
  const { definitions } = document;
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return {
    definitions: definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION),
    fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
    selections,
  };
}

function parseWithin(query: string, { tokens }: DocumentLimits): DocumentNode {
  try {
    const lexer = new LimitedLexer(query, tokens);
    return parse(lexer.source, { lexer, maxComments: tokens, noLocation: hasManyLines(query) });
  } catch (error) {
    if (error instanceof GraphQLError) throw toRequestErrors('GRAPHQL_PARSE_FAILED', [error]);
    throw error;
  }
}

function hasManyLines(text: string): boolean {
  let lines = 0;
  for (const _ of text.matchAll(/\r\n?|\n/g)) if (++lines > MAX_LOCATED_LINES) return true;
  return false;
}

function countLooks(limits: DocumentLimits): () => void {
  const limit = limits.selections * LOOKS_PER_SELECTION;
  let looks = 0;
  return () => {
    if (++looks <= limit) return;
    throw exceededLimit({ key: 'selections', limit, counted: 'comparisons of selections that share response keys' });
  };
}

function toRequestErrors(code: ErrorCode, errors: readonly GraphQLError[]): RequestErrors {
  return new RequestErrors(
    errors.map((error) => new GatewayError(code, error.message, { locations: error.locations })),
  );
}
