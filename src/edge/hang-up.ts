import type { Duplex } from 'node:stream';

/** How long a client may take to close its side, and to read why. */
const LINGER_MS = 1000;

/** Says the last words of a connection that no response of Node's belongs to, and closes it, whatever its client does. */
export function hangUp(socket: Duplex, lastWords: string): void {
  const cut = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(cut));
  socket.resume(); // or its end would never be seen
  socket.end(lastWords);
}
