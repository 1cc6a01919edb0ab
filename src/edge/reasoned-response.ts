import { type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse, STATUS_CODES } from 'node:http';

type WhenWritten = (error: Error | null | undefined) => void;

/**
 * Node's response, with the reason phrase of its status where a caller gives an empty one, as fetch's Response does. Emits
 * `unread` where a part that was written waits for its client.
 */
export class ReasonedResponse extends ServerResponse {
  override writeHead(
    status: number,
    reason?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
    headers?: OutgoingHttpHeaders | OutgoingHttpHeader[],
  ): this {
    if (typeof reason !== 'string') return super.writeHead(status, reason);
    return super.writeHead(status, reason === '' ? (STATUS_CODES[status] ?? '') : reason, headers);
  }

  override write(chunk: unknown, encoding?: BufferEncoding | WhenWritten, whenWritten?: WhenWritten): boolean {
    const isTaken =
      typeof encoding === 'function'
        ? super.write(chunk, encoding)
        : super.write(chunk, encoding ?? 'utf8', whenWritten);
    if (!isTaken) this.emit('unread');
    return isTaken;
  }
}
