import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { GatewayError } from '../errors/gateway-error.ts';
import { Cancellation, clientGone } from '../model/cancellation.ts';
import type { OperationAnswer, OperationRequest } from '../model/http.ts';
import { type AcceptedTypes, readAcceptedTypes } from './accepted-types.ts';
import { type OperationParameters, parseOperationParameters } from './operation-parameters.ts';
import { decodeText, tooLarge } from './read-body.ts';
import { type SingleAnswer, toRefusal } from './refusal.ts';
import { toResultText } from './result-text.ts';
import type { StreamSlots } from './stream-slots.ts';
import type { OperationsOptions } from './use-operations.ts';
import { toJsonStatus, writeAnswer } from './write-answer.ts';

export type FastLaneOptions = OperationsOptions & { readonly path: string };

/**
 * The common request, an uncompressed JSON POST that takes JSON: straight from node:http to one Buffer out. Says false,
 * having touched nothing, for every other request; those go through Yoga. About a tenth of Yoga's cost (`npm run bench`).
 */
export function createFastLane(
  options: FastLaneOptions,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const readAccepted = remember(readJsonAccepted);
  return (request, response) => {
    const accepted = isCommon(request, options.path) ? readAccepted(request.headers.accept) : null;
    if (accepted === null) return false;
    serve(request, response, { ...options, accepted });
    return true;
  };
}

const JSON_TYPES = new Set(['application/json', 'application/json; charset=utf-8', 'application/json;charset=utf-8']);

function isCommon({ method, url, headers }: IncomingMessage, path: string): boolean {
  return (
    method === 'POST' &&
    url === path &&
    JSON_TYPES.has(headers['content-type'] ?? '') &&
    headers['content-encoding'] === undefined &&
    headers.expect === undefined
  );
}

const JSON_FIRST: AcceptedTypes = { single: 'application/json', stream: 'text/event-stream' };

/** null where JSON is not what the client wants most. */
function readJsonAccepted(accept: string | undefined): AcceptedTypes | null {
  if (accept === undefined || accept === '*/*') return JSON_FIRST;
  try {
    const accepted = readAcceptedTypes(accept);
    return accepted.single === 'text/event-stream' ? null : accepted;
  } catch {
    return null;
  }
}

/** Clients say the same over and over. */
function remember(read: typeof readJsonAccepted): typeof readJsonAccepted {
  const known = new Map<string | undefined, AcceptedTypes | null>();
  return (accept) => {
    const found = known.get(accept);
    if (found !== undefined) return found;
    const accepted = read(accept);
    if (known.size < MAX_REMEMBERED) known.set(accept, accepted);
    return accepted;
  };
}

const MAX_REMEMBERED = 100;

type Serving = FastLaneOptions & { readonly accepted: AcceptedTypes };

/** By callbacks down to the one promise of the answer: promises around the body's few events cost more than the events. */
function serve(request: IncomingMessage, response: ServerResponse, serving: Serving): void {
  const ending = new Cancellation();
  let isAnswered = false; // whoever closes after that has gone nowhere
  response.on('close', () => {
    if (!isAnswered) ending.cancel(clientGone());
  });
  const write = (answer: OperationAnswer): void => {
    if (response.destroyed) return;
    isAnswered = answer.kind === 'single';
    if (isAnswered) serving.streams.release(ending);
    writeAnswered(response, answer, { ...serving, ending });
  };
  const refuse = (error: unknown): void => write(toRefusal(error, serving.log));
  readWhole(request, serving.bodyBytes(), {
    onBody: (body) => {
      try {
        const parameters = parseOperationParameters(decodeText(body));
        serving
          .handle(toOperationRequest(request, parameters, { ending, streams: serving.streams }))
          .then(write, refuse);
      } catch (error) {
        refuse(error);
      }
    },
    onRefused: refuse,
  });
}

function toOperationRequest(
  { headers }: IncomingMessage,
  { query, operationName, variables, extensions }: OperationParameters,
  { ending, streams }: { readonly ending: Cancellation; readonly streams: StreamSlots },
): OperationRequest {
  return {
    query,
    operationName,
    variables,
    extensions,
    method: 'POST',
    cancellation: ending,
    admitStream: () => streams.take(ending),
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(', ') : (value ?? null);
    },
  };
}

type BodyListener = { readonly onBody: (body: Buffer) => void; readonly onRefused: (error: GatewayError) => void };

/** Almost always one chunk. Tells one thing, once: the body, or that it has more than `limit` bytes; nothing if it ends early. */
function readWhole(request: IncomingMessage, limit: number, { onBody, onRefused }: BodyListener): void {
  if (Number(request.headers['content-length'] ?? 0) > limit) return onRefused(tooLarge(limit));
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    if (size > limit) return;
    size += chunk.length;
    if (size > limit) onRefused(tooLarge(limit));
    else chunks.push(chunk);
  });
  request.on('end', () => {
    if (size <= limit) onBody(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size));
  });
}

type Writing = Serving & { readonly ending: Cancellation };

function writeAnswered(response: ServerResponse, answer: OperationAnswer, writing: Writing): void {
  if (answer.kind === 'single') writeSingle(response, answer, writing);
  else pipe(writeAnswer(answer, writing), response);
}

/**
 * As text: node:http sends it in one piece with the head, which a Buffer would cost a `writev` (5 % of a small request).
 * What is ASCII, and most is, goes as Latin-1: that takes no second look at each character (`npm run bench`, docs/performance.md).
 */
function writeSingle(response: ServerResponse, answer: SingleAnswer, writing: Writing): void {
  const { single } = writing.accepted;
  let body: string;
  try {
    body = toResultText(answer);
  } catch (error) {
    return writeSingle(response, toRefusal(error, writing.log), writing); // longer than a string can be
  }
  const bytes = Buffer.byteLength(body);
  response.writeHead(toJsonStatus(answer, single), {
    'content-type': `${single}; charset=utf-8`,
    'content-length': bytes,
    ...answer.headers,
  });
  response.end(body, bytes === body.length ? 'latin1' : 'utf8');
}

function pipe(answer: Response, response: ServerResponse): void {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) response.end();
  else Readable.fromWeb(answer.body as NodeReadableStream).pipe(response);
}
