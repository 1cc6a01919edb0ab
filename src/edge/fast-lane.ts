import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { Cancellation, clientGone } from '../model/cancellation.ts';
import type { OperationAnswer, OperationRequest } from '../model/http.ts';
import { type AcceptedTypes, readAcceptedTypes } from './accepted-types.ts';
import { type OperationParameters, parseOperationParameters } from './operation-parameters.ts';
import { assertBodyLength, decodeText, tooLarge } from './read-body.ts';
import { type SingleAnswer, toRefusal } from './refusal.ts';
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
    void serve(request, response, { ...options, accepted });
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

async function serve(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const { accepted, draining, log } = serving;
  const ending = new Cancellation();
  let answered = false; // whoever closes after that has gone nowhere
  response.on('close', () => {
    if (!answered) ending.cancel(clientGone());
  });
  const answer = await answerRequest(request, serving, ending);
  if (response.destroyed) return;
  if (answer.kind === 'single') {
    answered = true;
    writeSingle(response, answer, accepted);
  } else {
    pipe(writeAnswer(answer, { accepted, ending, draining, log }), response);
  }
}

async function answerRequest(
  request: IncomingMessage,
  { handle, bodyBytes, log }: Serving,
  cancellation: Cancellation,
): Promise<OperationAnswer> {
  try {
    assertBodyLength(request.headers['content-length'] ?? null, bodyBytes);
    const parameters = parseOperationParameters(decodeText(await readWhole(request, bodyBytes, cancellation)));
    return await handle(toOperationRequest(request, parameters, cancellation));
  } catch (error) {
    return toRefusal(error, log);
  }
}

function toOperationRequest(
  { headers }: IncomingMessage,
  { query, operationName, variables, extensions }: OperationParameters,
  cancellation: Cancellation,
): OperationRequest {
  return {
    query,
    operationName,
    variables,
    extensions,
    method: 'POST',
    cancellation,
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(', ') : (value ?? null);
    },
  };
}

/** Rejects when more than `limit` bytes have come, or the client has gone. Almost always one chunk. */
function readWhole(request: IncomingMessage, limit: number, gone: Cancellation): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const unhook = gone.onCancel(reject);
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) return reject(tooLarge(limit));
      chunks.push(chunk);
    });
    request.on('end', () => {
      unhook();
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size));
    });
    request.on('error', reject);
  });
}

/** As text: node:http sends it in one piece with the head, which a Buffer would cost a `writev` (5 % of a small request). */
function writeSingle(response: ServerResponse, answer: SingleAnswer, { single }: AcceptedTypes): void {
  const body = JSON.stringify(answer.result);
  response.writeHead(toJsonStatus(answer, single), {
    'content-type': `${single}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
    ...answer.headers,
  });
  response.end(body);
}

function pipe(answer: Response, response: ServerResponse): void {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) response.end();
  else Readable.fromWeb(answer.body as NodeReadableStream).pipe(response);
}
