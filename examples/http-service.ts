import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A running service of the shop. */
export type Service = {
  readonly url: string;
  /** Lets open requests end, then closes the port. */
  readonly close: () => Promise<void>;
};

/** What a client did wrong, answered as `application/problem+json` (RFC 9457). */
export class ProblemDetails extends Error {
  readonly status: number;
  readonly errors: readonly { readonly field: string; readonly message: string }[];

  constructor(status: number, detail: string, errors: ProblemDetails['errors'] = []) {
    super(detail);
    this.status = status;
    this.errors = errors;
  }
}

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const BODY_BYTES = 1_000_000;

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
};

/** Listens on 127.0.0.1 (port 0: any free one). What `handle` throws is answered as problem details, unknown faults as 500. */
export async function startHttpService(options: { readonly port: number; readonly handle: Handle }): Promise<Service> {
  const server = createServer((request, response) => {
    response.once('finish', () => request.resume()); // what is left of a body that was refused
    options.handle(request, response).catch((error: unknown) => sendProblem(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

/** The request's JSON body. Throws ProblemDetails: 415 for other types, 413 over a megabyte, 400 for what is no JSON object. */
export async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new ProblemDetails(415, 'Send the body as application/json.');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES) throw new ProblemDetails(413, `A body may have at most ${BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  const value = parseJson(Buffer.concat(chunks).toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProblemDetails(400, 'The body must be a JSON object.');
  }
  return value as Readonly<Record<string, unknown>>;
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendText(response, status, { type: 'application/json; charset=utf-8', text: JSON.stringify(value) });
}

export function sendText(
  response: ServerResponse,
  status: number,
  body: { readonly type: string; readonly text: string },
): void {
  response.writeHead(status, { 'content-type': body.type, 'content-length': Buffer.byteLength(body.text) });
  response.end(body.text);
}

function sendProblem(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known = error instanceof ProblemDetails ? error : new ProblemDetails(500, 'The service failed.');
  const problem = {
    type: 'about:blank',
    title: TITLES[known.status] ?? 'Internal Server Error',
    status: known.status,
    detail: known.message,
    ...(known.errors.length === 0 ? {} : { errors: known.errors }),
  };
  sendText(response, known.status, { type: 'application/problem+json', text: JSON.stringify(problem) });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemDetails(400, 'The body is not JSON.');
  }
}
