/** Who a message may be shown to: `client` messages hold only what the client could know; `operator` ones are masked. */
type Audience = 'client' | 'operator';

type CodeEntry = { readonly status: number; readonly audience: Audience; readonly when: string };

const entry = (status: number, audience: Audience, when: string): CodeEntry => ({ status, audience, when });

/**
 * Every error code a response can bear, with the HTTP status used under
 * `application/graphql-response+json` when nothing was executed (200 for codes that stand at a path).
 * The contract's table; docs/errors.md is checked against it.
 */
export const CODES = {
  GRAPHQL_PARSE_FAILED: entry(400, 'client', 'the document is not GraphQL'),
  GRAPHQL_VALIDATION_FAILED: entry(400, 'client', 'the document does not fit the schema'),
  BAD_USER_INPUT: entry(400, 'client', 'a variable, an argument or a request parameter is wrong'),
  TOO_MANY_TOKENS: entry(400, 'client', 'the document is longer than limits.tokens'),
  OPERATION_TOO_DEEP: entry(400, 'client', 'fields are nested deeper than limits.depth'),
  TOO_MANY_ALIASES: entry(400, 'client', 'the operation has more aliases than limits.aliases'),
  TOO_MANY_ROOT_FIELDS: entry(400, 'client', 'the operation has more fields at its root than limits.rootFields'),
  TOO_MANY_DIRECTIVES: entry(400, 'client', 'the operation has more directives than limits.directives'),
  TOO_MANY_SELECTIONS: entry(400, 'client', 'the document selects more than limits.selections'),
  OPERATION_TOO_COSTLY: entry(
    400,
    'client',
    'the operation costs more than limits.cost, or takes more planning than limits.planning',
  ),
  OPERATION_NOT_FOUND: entry(400, 'client', 'no operation, or several, fit operationName'),
  INTROSPECTION_DISABLED: entry(400, 'client', 'introspection is off'),
  TOO_MANY_OPERATIONS: entry(
    429,
    'client',
    'a WebSocket has as many operations under way as listen.webSocket.operations',
  ),
  TOO_MANY_CONNECTIONS: entry(503, 'client', 'as many WebSockets or event streams are open as the config allows'),
  HEADERS_TOO_LARGE: entry(431, 'client', 'the request line and headers are over the limit'),
  BODY_TOO_LARGE: entry(413, 'client', 'the request body is over the limit'),
  METHOD_NOT_ALLOWED: entry(405, 'client', 'the HTTP method is not allowed here'),
  NOT_ACCEPTABLE: entry(406, 'client', 'no media type the client accepts can be given'),
  UNSUPPORTED_MEDIA_TYPE: entry(415, 'client', "the request body's media type is not supported"),
  UNAUTHENTICATED: entry(401, 'client', 'the token is bad, or the service wants one'),
  AUTHENTICATION_UNAVAILABLE: entry(
    503,
    'client',
    'tokens cannot be checked now: the keys of their issuer cannot be had',
  ),
  FORBIDDEN: entry(403, 'client', 'the caller may not do this'),
  UNAUTHORIZED_FIELD: entry(200, 'client', 'the caller may not see this field'),
  DEADLINE_EXCEEDED: entry(504, 'client', "the request's own deadline has passed"),
  OVERLOADED: entry(503, 'client', 'too many operations wait for their plans, or too many answers for their clients'),
  GRAPH_UNAVAILABLE: entry(503, 'client', 'nothing has been published to the registry yet'),
  SUBSCRIPTION_INTERRUPTED: entry(503, 'client', 'the gateway ends a subscription before its source has'),
  UPSTREAM_TIMEOUT: entry(200, 'client', 'a service did not answer in time'),
  UPSTREAM_UNAVAILABLE: entry(200, 'client', 'a service could not be reached'),
  UPSTREAM_BAD_RESPONSE: entry(200, 'client', 'a service answered what cannot be used'),
  UPSTREAM_ERROR: entry(200, 'operator', 'a service answered with an error'),
  PUBLISH_OUTCOME_UNKNOWN: entry(
    200,
    'client',
    "the broker's acknowledgement was lost: the event may or may not be sent",
  ),
  INTERNAL_ERROR: entry(500, 'operator', 'a fault of the gateway; masked, with a request id'),
} as const satisfies Record<string, CodeEntry>;

export type ErrorCode = keyof typeof CODES;

/** Whether a word from outside (a service's `extensions.code`) is one of ours. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(CODES, code);
}
