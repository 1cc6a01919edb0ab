import { getVariableValues } from 'graphql';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import { RequestErrors } from '../errors/request-errors.ts';
import type { CheckedOperation } from '../model/operation.ts';

const MAX_ERRORS = 20;
// Messages quote the client's values, which may be megabytes.
const MAX_MESSAGE = 500;

/**
 * The operation's variables, coerced by the GraphQL specification (6.1.2): defaults filled in, single values made lists,
 * integer IDs made strings, variables the operation does not declare left out. The values are JSON, fit to be sent on:
 * enum values are their names, custom scalars are as the client sent them. Throws RequestErrors with BAD_USER_INPUT.
 */
export function readVariables(
  operation: CheckedOperation,
  apiSchema: GraphQLSchema,
  raw: unknown,
): Record<string, unknown> {
  const values = asObject(raw);
  const declared = operation.operation.variableDefinitions ?? [];
  if (declared.length === 0) return {};
  const read = getVariableValues(apiSchema, declared, values, { maxErrors: MAX_ERRORS, hideSuggestions: true });
  if (read.errors === undefined) return read.variableValues.coerced;
  throw new RequestErrors(read.errors.map(toGatewayError));
}

function toGatewayError({ message, locations, originalError }: GraphQLError): GatewayError {
  return new GatewayError('BAD_USER_INPUT', describe(message, originalError), { locations });
}

function describe(message: string, originalError: Error | undefined): string {
  // Input types can refer to themselves, so that a value may be nested deeper than the stack is.
  if (originalError instanceof RangeError) return 'The variables are nested too deeply.';
  return message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)} …` : message;
}

function asObject(raw: unknown): Readonly<Record<string, unknown>> {
  if (raw === undefined || raw === null) return {};
  if (typeof raw === 'object' && !Array.isArray(raw)) return raw as Readonly<Record<string, unknown>>;
  const found = Array.isArray(raw) ? 'a list' : `a ${typeof raw}`;
  throw new RequestErrors([
    new GatewayError('BAD_USER_INPUT', `Expected "variables" to be an object, but found ${found}.`),
  ]);
}
