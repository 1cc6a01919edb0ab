import {
  type ASTVisitor,
  buildASTSchema,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  KnownTypeNamesRule,
  LoneSchemaDefinitionRule,
  PossibleTypeExtensionsRule,
  UniqueArgumentDefinitionNamesRule,
  UniqueDirectiveNamesRule,
  UniqueEnumValueNamesRule,
  UniqueFieldDefinitionNamesRule,
  UniqueOperationTypesRule,
  UniqueTypeNamesRule,
  validateSchema,
  visit,
  visitInParallel,
} from 'graphql';
import type { Report } from './report.ts';

type Rule = typeof LoneSchemaDefinitionRule;
type RuleContext = Parameters<Rule>[0];

// What graphql-js asks of type definitions. Its rules on directives are left out: check-directives.ts says more.
const rules: readonly Rule[] = [
  LoneSchemaDefinitionRule,
  UniqueOperationTypesRule,
  UniqueTypeNamesRule,
  UniqueEnumValueNamesRule,
  UniqueFieldDefinitionNamesRule,
  UniqueArgumentDefinitionNamesRule,
  UniqueDirectiveNamesRule,
  KnownTypeNamesRule,
  PossibleTypeExtensionsRule,
];

/** Builds the schema of an executable document. Undefined where it does not hold together: every reason is reported. */
export function buildSubgraphSchema(document: DocumentNode, report: Report): GraphQLSchema | undefined {
  const errors = validateDefinitions(document);
  if (errors.length > 0) {
    errors.forEach((error) => reportError(error, report));
    return undefined;
  }
  const schema = buildASTSchema(document, { assumeValidSDL: true });
  const faults = validateSchema(schema);
  faults.forEach((error) => reportError(error, report));
  return faults.length > 0 ? undefined : schema;
}

function validateDefinitions(document: DocumentNode): readonly GraphQLError[] {
  const errors: GraphQLError[] = [];
  // graphql-js does not export the context that its SDL rules run in; this is all that they ask of it.
  const context = {
    hideSuggestions: false,
    getDocument: () => document,
    getSchema: () => undefined,
    reportError: (error: GraphQLError) => errors.push(error),
  } as unknown as RuleContext;
  const visitors: ASTVisitor[] = rules.map((rule) => rule(context));
  visit(document, visitInParallel(visitors));
  return errors;
}

function reportError(error: GraphQLError, report: Report): void {
  const [, message = error.message, suggestion] = /^(.*?\.)\s+(Did you mean .*)$/s.exec(error.message) ?? [];
  report.error({
    code: 'INVALID_GRAPHQL',
    message,
    remedy: suggestion ?? 'Correct the definition at this place.',
    at: error.nodes,
  });
}
