import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export type TcpProxy = {
  readonly port: number;
  /** Breaks every connection and takes no new ones. */
  readonly cut: () => Promise<void>;
  /** Takes connections again, on the same port. */
  readonly restore: () => Promise<void>;
  /** What the server says is held back from now on. */
  readonly hold: () => void;
  readonly connections: () => number;
  readonly close: () => Promise<void>;
};

/** A TCP proxy in front of a server, to be cut and restored by a test. */
export async function startTcpProxy(
  target: { host: string; port: number },
  rewrite: (chunk: Buffer, port: number) => Buffer = (chunk) => chunk,
): Promise<TcpProxy> {
  const pairs = new Set<{ readonly client: Socket; readonly upstream: Socket }>();
  const accept = (client: Socket) => {
    const upstream = connect(target.port, target.host);
    const pair = { client, upstream };
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => client.write(rewrite(chunk, port)));
    upstream.once('end', () => client.end());
  };
  let server = await listen(createServer(accept), 0);
  const { port } = server.address() as AddressInfo;
  const cut = async () => {
    const closed = server.listening ? once(server, 'close') : Promise.resolve([]);
    server.close();
    for (const { client } of pairs) client.destroy();
    await closed;
  };
  return {
    port,
    cut,
    restore: async () => {
      server = await listen(createServer(accept), port);
    },
    hold: () => {
      for (const { upstream } of pairs) {
        upstream.pause();
      }
    },
    connections: () => pairs.size,
    close: cut,
  };
}

async function listen(server: Server, port: number): Promise<Server> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
