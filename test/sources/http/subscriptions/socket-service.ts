import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

export type SocketServiceOptions = {
  /** The subprotocol it speaks, whatever is offered. */
  readonly protocol?: string | null;
  /** What it answers a message, on its connection. */
  readonly onMessage: (message: Message, socket: WebSocket) => void;
  readonly onRequest?: (request: IncomingMessage) => number | undefined;
};

export type Message = {
  readonly type: string;
  readonly id?: string;
  readonly payload?: Readonly<Record<string, unknown>>;
};

export const say = (socket: WebSocket, ...messages: object[]): void => {
  for (const message of messages) socket.send(JSON.stringify(message));
};

/** A service with a WebSocket: what it was sent, and its connections. */
export async function startSocketService({ protocol, onMessage, onRequest }: SocketServiceOptions) {
  const server = createServer();
  const received: Message[] = [];
  const requests: IncomingMessage[] = [];
  const sockets = new Set<WebSocket>();
  const webSockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (protocol === null ? false : (protocol ?? [...offered][0] ?? false)),
  });
  server.on('upgrade', (request, socket, head) => {
    requests.push(request);
    const status = onRequest?.(request);
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      return;
    }
    webSockets.handleUpgrade(request, socket, head, (opened) => {
      sockets.add(opened);
      opened.on('close', () => sockets.delete(opened));
      opened.on('message', (data) => {
        const message = JSON.parse((data as Buffer).toString()) as Message;
        received.push(message);
        onMessage(message, opened);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.terminate();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/graphql`,
    httpUrl: `http://127.0.0.1:${port}/graphql`,
    received,
    requests,
    sockets,
  };
}
