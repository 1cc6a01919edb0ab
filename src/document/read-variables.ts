import { getVariableValues } from 'graphql';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import { RequestErrors } from '../errors/request-errors.ts';
import type { CheckedOperation } from '../model/operation.ts';
import { measureValues } from './measure-values.ts';

// So many are read in a few milliseconds.
const MOST = { count: 25_000, depth: 200 };
const MAX_ERRORS = 20;
// Each error is found by printing the whole value it is in.
const MAX_VALUES_OF_SEVERAL_ERRORS = 1000;
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
  const { count, depth } = measureValues(values, MOST);
  if (depth > MOST.depth)
    throw refuse(`The variables are nested too deeply: at most ${MOST.depth} levels can be read.`);
  if (count > MOST.count) throw refuse(`The variables hold too much: at most ${MOST.count} values can be read.`);
  const maxErrors = count > MAX_VALUES_OF_SEVERAL_ERRORS ? 1 : MAX_ERRORS;
  const read = getVariableValues(apiSchema, declared, values, { maxErrors, hideSuggestions: true });
  if (read.errors === undefined) return read.variableValues.coerced;
  throw new RequestErrors(read.errors.map(toGatewayError));
}

function toGatewayError({ message, locations }: GraphQLError): GatewayError {
  const short = message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)} …` : message;
  return new GatewayError('BAD_USER_INPUT', short, { locations });
}

function refuse(message: string): RequestErrors {
  return new RequestErrors([new GatewayError('BAD_USER_INPUT', message)]);
}

function asObject(raw: unknown): Readonly<Record<string, unknown>> {
  if (raw === undefined || raw === null) return {};
  if (typeof raw === 'object' && !Array.isArray(raw)) return raw as Readonly<Record<string, unknown>>;
  throw refuse(`Expected "variables" to be an object, but found ${Array.isArray(raw) ? 'a list' : `a ${typeof raw}`}.`);
}
