import type { Base } from '@platformatic/kafka';
import type { Socket } from 'node:net';

/** More than any answer of a cluster has: ten megabytes were asked for, and one batch may be more than that. */
const MAX_ANSWER_BYTES = 200_000_000;
const LENGTH_BYTES = 4;

/**
 * Watches all connections of a client, which keeps an answer until it is whole, however long it says that it will be; and
 * which throws a second error of one connection, as anything does that has errors and nobody who listens. `onFault` is
 * told of what is no answer of Kafka's.
 */
export function guardConnections(client: Base, onFault: (why: string) => void = () => {}): void {
  client.connections.on('connecting', ({ connection }) => {
    connection.on('error', () => {});
    connection.once('connect', () => {
      if (connection.socket !== undefined) limitAnswers(connection.socket, onFault);
    });
  });
}

function limitAnswers(socket: Socket, onFault: (why: string) => void): void {
  let left = 0;
  let length = 0;
  let digits = 0;
  socket.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length;) {
      if (left > 0) {
        const taken = Math.min(left, chunk.length - at);
        left -= taken;
        at += taken;
        continue;
      }
      length = length * 256 + (chunk[at] ?? 0);
      digits += 1;
      at += 1;
      if (digits < LENGTH_BYTES) continue;
      if (length > MAX_ANSWER_BYTES) {
        onFault('What answers there does not speak Kafka: is it the right port?');
        socket.destroy();
        return;
      }
      left = length;
      length = 0;
      digits = 0;
    }
  });
}
