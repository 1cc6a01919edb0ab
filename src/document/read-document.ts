import { GraphQLError, Kind, parse, specifiedRules, validate } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { ErrorCode } from '../errors/codes.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { nonEmptySelections } from './non-empty-selections.ts';
import { RequestErrors } from '../errors/request-errors.ts';

/** A document that parses and fits the API schema. */
export type CheckedDocument = {
  readonly definitions: readonly OperationDefinitionNode[];
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
};

const MAX_TOKENS = 5000;
// More than this many at once help nobody.
const MAX_ERRORS = 50;

const RULES = [...specifiedRules, nonEmptySelections];

/** Parses and validates by GraphQL's rules. Throws RequestErrors: all that validation finds, or the one syntax error. */
export function readDocument(
  query: string,
  { apiSchema, suggestions }: { readonly apiSchema: GraphQLSchema; readonly suggestions: boolean },
): CheckedDocument {
  const { definitions } = checked(query, (text) => {
    const document = parse(text, { maxLexicalTokens: MAX_TOKENS });
    // @defer and @stream are not among the directives of the schema, so they are unknown.
    const errors = validate(apiSchema, document, RULES, { maxErrors: MAX_ERRORS, hideSuggestions: !suggestions });
    if (errors.length > 0) throw toRequestErrors('GRAPHQL_VALIDATION_FAILED', errors);
    return document;
  });
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return {
    definitions: definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION),
    fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
  };
}

function checked(query: string, read: (query: string) => DocumentNode): DocumentNode {
  try {
    return read(query);
  } catch (error) {
    if (error instanceof GraphQLError) throw toRequestErrors('GRAPHQL_PARSE_FAILED', [error]);
    // Five thousand tokens can be nested deeper than the parser's stack is.
    if (error instanceof RangeError)
      throw new RequestErrors([new GatewayError('GRAPHQL_PARSE_FAILED', 'The document is nested too deeply.')]);
    throw error;
  }
}

function toRequestErrors(code: ErrorCode, errors: readonly GraphQLError[]): RequestErrors {
  return new RequestErrors(
    errors.map((error) => new GatewayError(code, describe(error), { locations: error.locations })),
  );
}

// graphql-js gives up comparing fields that are merged after half a million steps.
function describe({ message }: GraphQLError): string {
  return message === 'Validation aborted.'
    ? 'The document is too complex: too many fields share response keys.'
    : message;
}
