import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { refuseUpgrade } from './broken-request.ts';
import { hangUp } from './hang-up.ts';
import type { Upgrade } from './listen-http.ts';
import { OpenConnections } from './open-connections.ts';
import { isAllowedOrigin } from './is-allowed-origin.ts';
import { CLOSING } from './websocket-closing.ts';
import { WebSocketConnection, type WebSocketSettings } from './websocket-connection.ts';

const PROTOCOL = 'graphql-transport-ws';

/** Opens WebSockets on the path of GraphQL. Compression is off: its memory is many times that of an idle connection. */
export function createWebSockets({ path, ...settings }: WebSocketSettings & { readonly path: string }): Upgrade {
  const { config, draining } = settings;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: config.messageBytes,
    autoPong: false,
    handleProtocols: (protocols) => (protocols.has(PROTOCOL) ? PROTOCOL : false),
  });
  const connections = new OpenConnections(config);
  return (request, socket, head) => {
    if (request.url?.split('?')[0] !== path) return refuse(socket, '404 Not Found', 'There is nothing at this path.');
    if (draining.cancelled) return refuse(socket, '503 Service Unavailable', 'The gateway is closing.');
    if (!isAllowedOrigin(request.headers, config.origins))
      return refuse(socket, '403 Forbidden', 'Pages of this origin may not open WebSockets here.');
    const excess = connections.take(socket, request.socket.remoteAddress ?? '');
    if (excess !== undefined) return refuseUpgrade(socket, excess);
    return open(server, { request, socket, head }, settings);
  };
}

type Opening = { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer };

function open(server: WebSocketServer, { request, socket, head }: Opening, settings: WebSocketSettings): void {
  server.handleUpgrade(request, socket, head, (webSocket) => {
    if (webSocket.protocol === PROTOCOL) {
      void new WebSocketConnection(webSocket, request.headers, settings);
      return;
    }
    webSocket.on('error', () => {});
    webSocket.close(CLOSING.wrongProtocol.code, CLOSING.wrongProtocol.reason);
  });
}

function refuse(socket: Duplex, status: string, message: string): void {
  const body = `${message}\n`;
  hangUp(
    socket,
    `HTTP/1.1 ${status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
