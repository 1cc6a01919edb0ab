import { type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse, STATUS_CODES } from 'node:http';

/** Node's response, with the reason phrase of its status where a caller gives an empty one, as fetch's Response does. */
export class ReasonedResponse extends ServerResponse {
  override writeHead(
    status: number,
    reason?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
    headers?: OutgoingHttpHeaders | OutgoingHttpHeader[],
  ): this {
    if (typeof reason !== 'string') return super.writeHead(status, reason);
    return super.writeHead(status, reason === '' ? (STATUS_CODES[status] ?? '') : reason, headers);
  }
}
