import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { hasTwoTokens, refuseHead, refuseUnparsed } from './broken-request.ts';
import { ReasonedResponse } from './reasoned-response.ts';

export type Address = { readonly host: string; readonly port: number };

export type Listener = {
  /** The port it listens on, when 0 was asked for. */
  readonly port: number;
  /**
   * Stops accepting, lets open requests and streams end within `drainMs`, then cuts what is left.
   * A second call cuts at once.
   */
  readonly close: (options: { readonly drainMs: number }) => Promise<void>;
};

/** Takes over a connection whose client asks for WebSocket. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Node looks for requests past their time this often. */
const CHECK_MS = 2000;
const MAX_HEADER_BYTES = 64 * 1024;
/** How long the rest of a refused body is read (and thrown away), for the client to see why it was refused. */
const LINGER_MS = 1000;

const SERVER_OPTIONS = {
  headersTimeout: HEADERS_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  maxHeaderSize: MAX_HEADER_BYTES,
  connectionsCheckingInterval: CHECK_MS,
  ServerResponse: ReasonedResponse,
  // Some clients offer HTTP/2 with every request (h2c): they are answered as if they had not.
  shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
};

/** An HTTP server with the limits of docs/http.md. Rejects with Node's error when it cannot listen. */
export async function listenHttp(options: {
  readonly address: Address;
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  /** Called when an answer, or a part of one, has been written that its client may not have read yet. */
  readonly onUnread: (response: ServerResponse) => void;
  readonly onUpgrade: Upgrade;
  /** Called when closing begins. */
  readonly onDrain: () => void;
}): Promise<Listener> {
  // A Map that is written to for as long as a connection lives, not a Set that each request is added to and deleted from:
  // V8 chains a Set's outgrown tables, and these kept two thirds of all requests alive into the old generation.
  const lastResponses = new Map<Socket, ServerResponse | undefined>();
  let closed: Promise<void> | undefined;
  const closeIdle = (): void => void setImmediate(() => server.closeIdleConnections());
  function forget(this: ServerResponse): void {
    const { socket } = this.req;
    if (lastResponses.get(socket) === this) lastResponses.set(socket, undefined);
    lingerOver(this.req);
  }
  function watch(this: ServerResponse): void {
    options.onUnread(this);
  }
  const server = createServer(SERVER_OPTIONS, (request, response) => {
    lastResponses.set(request.socket, response);
    response.on('close', forget);
    response.on('unread', watch).on('prefinish', watch);
    if (closed !== undefined) response.setHeader('connection', 'close');
    const fault = findHeadFault(request);
    if (fault === undefined) options.onRequest(request, response);
    else refuseHead(response, fault);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (lastResponses.get(socket)?.headersSent === true) socket.destroy();
    else refuseUnparsed(error, socket);
  });
  server.on('connection', (socket) => socket.once('close', () => lastResponses.delete(socket)));
  const upgraded = acceptUpgrades(server, options.onUpgrade);
  await listen(server, options.address);
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    server.closeAllConnections();
    for (const socket of upgraded) socket.destroy();
  };
  return {
    port,
    close: ({ drainMs }) => {
      if (closed !== undefined) {
        cut();
        return closed;
      }
      closed = closeServer(server, { drainMs, cut });
      for (const response of lastResponses.values()) {
        if (response?.headersSent === false) response.setHeader('connection', 'close');
        response?.on('close', closeIdle);
      }
      options.onDrain();
      return closed;
    },
  };
}

function listen(server: Server, { host, port }: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Connections that have been taken over are no longer the server's: they are cut by whoever has them. */
function acceptUpgrades(server: Server, onUpgrade: Upgrade): ReadonlySet<Duplex> {
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket);
    socket.on('close', () => upgraded.delete(socket));
    socket.on('error', () => {}); // a client that resets its connection has closed it
    if (findHeadFault(request) === undefined) onUpgrade(request, socket, head);
    else socket.destroy();
  });
  return upgraded;
}

function closeServer(
  server: Server,
  { drainMs, cut }: { readonly drainMs: number; readonly cut: () => void },
): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(cut, drainMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Why a request's head can't be trusted, for the client. */
function findHeadFault(request: IncomingMessage): string | undefined {
  if (hasTwoTokens(request)) return 'There are two authorization headers: send one.';
  return isPlainTarget(request) || normalizeTarget(request) ? undefined : 'The Host header or the path is malformed.';
}

/** What needs no parsing: a name or an IPv4 address, and a path of nothing but names. Almost every request. */
function isPlainTarget({ headers, url = '' }: IncomingMessage): boolean {
  return PLAIN_HOST.test(headers.host ?? '') && PLAIN_PATH.test(url);
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const PLAIN_HOST = new RegExp(
  `^(?:localhost|${OCTET}(?:\\.${OCTET}){3}|(?:[a-z]+(?:-[a-z]+)*\\.)+[a-z]{2,})(?::\\d{1,4})?$`,
);
const PLAIN_PATH = /^\/(?:[\w-]+(?:\/[\w-]+)*)?$/;

/**
 * Whether host and target make a URL in which the host is only a host: whoever reads the request after this may trust its
 * path. An absolute target (RFC 9112, 3.2.2) is cut down to its path and query.
 */
function normalizeTarget(request: IncomingMessage): boolean {
  const { host = 'localhost' } = request.headers;
  const target = request.url ?? '/';
  if (!/^[\w.:[\]~%-]+$/.test(host)) return false;
  const url = URL.parse(target.startsWith('/') ? `http://${host}${target}` : target);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  if (!target.startsWith('/')) request.url = url.pathname + url.search;
  return true;
}

/** Without this, a client that is still sending when it is answered would see a reset instead of the answer. */
function lingerOver(request: IncomingMessage): void {
  const { complete, socket } = request;
  if (complete || socket.destroyed) return;
  const cut = setTimeout(() => socket.destroy(), LINGER_MS);
  const stop = (): void => clearTimeout(cut);
  request.once('end', stop);
  socket.once('close', stop);
  request.resume();
}
