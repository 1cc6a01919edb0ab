import { GraphQLError } from 'graphql';
import type { ASTVisitor, ValidationContext } from 'graphql';

/**
 * GraphQL's grammar has no empty selection set (2.4: `Selection+`). graphql-js 17 reads one all the same; most services
 * that a fetch goes to would not.
 */
export function nonEmptySelections(context: ValidationContext): ASTVisitor {
  return {
    SelectionSet(node) {
      if (node.selections.length > 0) return;
      context.reportError(new GraphQLError('Expected at least one field between the braces.', { nodes: node }));
    },
  };
}
