import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A network between the gateway and a service, on a port of its own; it ends with the test. */
export type TcpProxy = {
  readonly port: number;
  /** Connections that are open now. */
  readonly size: () => number;
  /** Breaks all connections. */
  readonly cut: () => void;
  /** On the connections that are open now nothing more gets through, and none is closed: as when a machine loses its power. */
  readonly silence: () => void;
};

export async function startTcpProxy(url: string): Promise<TcpProxy> {
  const { hostname: host, port } = new URL(url);
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((near) => {
    const far = connect({ host, port: Number(port) });
    const pair = [near, far] as const;
    pairs.add(pair);
    near.pipe(far);
    far.pipe(near);
    for (const socket of pair) {
      socket.on('error', () => {}); // it is closed, then
      socket.on('close', () => {
        pairs.delete(pair);
        near.destroy();
        far.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const [near] of pairs) near.resetAndDestroy();
  };
  onTestFinished(async () => {
    cut();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    port: (server.address() as AddressInfo).port,
    size: () => pairs.size,
    cut,
    silence: () => {
      for (const [near, far] of pairs) {
        near.unpipe(far).resume();
        far.unpipe(near).resume();
      }
    },
  };
}
