import aws4, { type Credentials } from 'aws4';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { AttemptContext } from '../../model/call.ts';
import { unlessCancelled } from '../../model/unless-cancelled.ts';
import { createHttpClient } from '../http/http-client.ts';
import { type HttpAnswer, readHeader } from '../http/http-message.ts';
import { readRetryAfter } from '../http/retry-after.ts';
import { toServiceFailure } from '../service-failure.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { type AwsCredentials, createAwsCredentials, type CredentialSettings } from './aws-credentials.ts';
import { NOT_FOUND } from './binding-client.ts';
import type { FunctionClientOptions, Invocation, Invoke } from './function.ts';
import { parseJson } from './parse-json.ts';
import { isFields } from './read-field.ts';

export type LambdaSettings = CredentialSettings & {
  /** The region's own when absent. */
  readonly endpoint?: string | undefined;
};

/** Of a function's log, in the message for operators. */
const MAX_LOG = 600;

/** Lambda takes a call again that it has throttled: the function has not run. */
const THROTTLED = 429;

/**
 * AWS Lambda's Invoke API (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html), signed by Signature Version 4.
 * A fault of the API itself (no such function, no permission) is the gateway's matter, never the client's.
 */
export function createInvokeLambda({
  url,
  subgraph,
  aws = {},
  answerBytes,
}: Pick<FunctionClientOptions, 'url' | 'subgraph' | 'aws' | 'answerBytes'>): {
  readonly invoke: Invoke;
  readonly close: () => Promise<void>;
} {
  const region = new URL(url).hostname;
  const endpoint = aws.endpoint ?? `https://lambda.${region}.amazonaws.com`;
  const { name: service } = subgraph;
  const client = createHttpClient({ service, url: endpoint, answerBytes });
  const credentials = createAwsCredentials(aws, region);
  const { host } = new URL(endpoint);
  return {
    invoke: async (invocation, attempt) => {
      const signedBy = await readCredentials(credentials, attempt, service);
      const path = `${client.basePath}/2015-03-31/functions/${encodeURIComponent(invocation.name)}/invocations`;
      const request = { host, path, region, service: 'lambda', method: 'POST', body: invocation.event };
      const { headers } = aws4.sign({ ...request, headers: headersOf(invocation) }, signedBy);
      const sent = { method: 'POST', path, body: invocation.event, isRepeatable: false } as const;
      const answer = await client.send({ ...sent, headers: withoutOwn(headers) }, attempt);
      if (isExpired(answer) && credentials.renew(signedBy)) throw expired(service);
      return parseLambdaAnswer(answer, invocation, service);
    },
    close: () => client.close(),
  };
}

async function readCredentials(
  credentials: AwsCredentials,
  { cancellation }: AttemptContext,
  service: string,
): Promise<Credentials> {
  try {
    return await unlessCancelled(credentials.get(), cancellation);
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new GatewayError('UPSTREAM_ERROR', 'The function cannot be invoked.', {
      service,
      detail: `There are no AWS credentials: ${why}. Set graph.subgraphs.${service}.aws, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or what the credentials of this machine, container or profile are read from.`,
    });
  }
}

/** Nothing has run: a call that is signed by the next credentials may be sent. */
function isExpired({ status, headers }: HttpAnswer): boolean {
  return status === 403 && readHeader(headers, 'x-amzn-errortype')?.split(':')[0] === 'ExpiredTokenException';
}

function expired(service: string): GatewayError {
  return new GatewayError('UPSTREAM_UNAVAILABLE', 'The service is not available.', {
    service,
    detail: 'HTTP 403: ExpiredTokenException: AWS no longer takes the credentials: they are fetched anew.',
    retry: 'not-sent',
    retryCause: 'UNAVAILABLE',
  });
}

/** `Host` and `Content-Length` are signed as the connection itself writes them. */
function withoutOwn(headers: object | undefined): Record<string, string> {
  const entries = Object.entries(headers ?? {}).filter(([name]) => !/^(host|content-length)$/i.test(name));
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function headersOf({ isAsync }: Invocation): Record<string, string> {
  return isAsync
    ? { 'Content-Type': 'application/json', 'X-Amz-Invocation-Type': 'Event' }
    : { 'Content-Type': 'application/json', 'X-Amz-Invocation-Type': 'RequestResponse', 'X-Amz-Log-Type': 'Tail' };
}

function parseLambdaAnswer(answer: HttpAnswer, { isAsync }: Invocation, service: string): unknown {
  if (answer.status === 202 && isAsync) return undefined;
  if (answer.status !== 200) throw toApiFailure(answer, service);
  const value = parseBody(answer.body, service);
  const failure = readHeader(answer.headers, 'x-amz-function-error');
  return failure === undefined ? value : readFunctionError(value, answer, service);
}

function parseBody(body: string, service: string): unknown {
  if (body === '') return undefined;
  try {
    return parseJson(body);
  } catch (cause) {
    throw unusableAnswer('The function answered what is not JSON.', { service, cause });
  }
}

/** The function has failed, or has thrown a word that clients can act on (an error named `NOT_FOUND`, `FORBIDDEN` …). */
function readFunctionError(value: unknown, { headers }: HttpAnswer, service: string): unknown {
  const { errorType, errorMessage } = isFields(value) ? value : {};
  if (errorType === 'NOT_FOUND') return NOT_FOUND;
  const said = typeof errorMessage === 'string' ? errorMessage : 'The function failed.';
  throw toServiceFailure(errorType, `${said}${readLog(headers)}`, { service });
}

/** The end of the function's log, as it comes with the answer. */
function readLog(headers: HttpAnswer['headers']): string {
  const log = Buffer.from(readHeader(headers, 'x-amz-log-result') ?? '', 'base64').toString();
  return log === '' ? '' : `\n${log.slice(-MAX_LOG).trim()}`;
}

function toApiFailure({ status, headers, body }: HttpAnswer, service: string): GatewayError {
  const type = readHeader(headers, 'x-amzn-errortype')?.split(':')[0];
  const detail = [`HTTP ${status}`, type, readMessage(body)].filter((part) => part !== undefined).join(': ');
  if (status === THROTTLED || status === 502 || status === 503 || status === 504)
    return new GatewayError('UPSTREAM_UNAVAILABLE', 'The service is not available.', {
      service,
      detail,
      retry: status === THROTTLED ? 'not-sent' : 'may-retry',
      retryCause: 'UNAVAILABLE',
      retryAfterMs: readRetryAfter(readHeader(headers, 'retry-after')),
    });
  return toServiceFailure(undefined, detail, { service });
}

function readMessage(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const { Message, message = Message } = isFields(value) ? value : {};
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
