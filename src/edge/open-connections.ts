import type { Duplex } from 'node:stream';
import type { WebSocketConfig } from '../config/web-socket.ts';

type Bounds = Pick<WebSocketConfig, 'connections' | 'connectionsPerAddress'>;

/** Counts the WebSockets that are open, of all clients and of each address. */
export class OpenConnections {
  readonly #bounds: Bounds;
  readonly #byAddress = new Map<string, number>();
  #count = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** Counts a connection until it is closed; or says why there may not be one more. */
  take(socket: Duplex, from: string): string | undefined {
    const { connections, connectionsPerAddress = Infinity } = this.#bounds;
    const address = toNetwork(from);
    const ofAddress = this.#byAddress.get(address) ?? 0;
    if (this.#count >= connections)
      return `This gateway has ${connections} WebSockets open, and may have no more. Try again later.`;
    if (ofAddress >= connectionsPerAddress)
      return `Your address has ${connectionsPerAddress} WebSockets open, and may have no more. Close some first.`;
    this.#count += 1;
    this.#byAddress.set(address, ofAddress + 1);
    socket.once('close', () => this.#release(address));
    return undefined;
  }

  #release(address: string): void {
    this.#count -= 1;
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, left);
  }
}

/** The address; of IPv6 the network of 64 bits, all of which its one client may have. An IPv4 address in IPv6 is that address. */
function toNetwork(address: string): string {
  const plain = address.replace(/^::ffff:/, '').replace(/%.*$/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array<string>(zeros).fill('0'), ...after].slice(0, 4).join(':');
}
