import type { OperationDefinitionNode } from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import { RequestErrors } from '../errors/request-errors.ts';
import type { CheckedDocument } from './read-document.ts';

/** GetOperation of the GraphQL specification (6.1). Throws RequestErrors with OPERATION_NOT_FOUND. */
export function pickOperation(
  { definitions }: CheckedDocument,
  operationName: string | undefined,
): OperationDefinitionNode {
  const fitting =
    operationName === undefined ? definitions : definitions.filter(({ name }) => name?.value === operationName);
  const [operation, second] = fitting;
  if (operation !== undefined && second === undefined) return operation;
  throw new RequestErrors([new GatewayError('OPERATION_NOT_FOUND', describe(definitions.length, operationName))]);
}

function describe(count: number, operationName: string | undefined): string {
  if (count === 0) return 'The document has no operation, only fragments.';
  if (operationName !== undefined) return `The document has no operation named "${operationName}".`;
  return `The document has ${count} operations: say with operationName which one to run.`;
}
