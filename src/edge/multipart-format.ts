import type { ClientError } from '../model/http.ts';
import type { FrameFormat } from './frame-stream.ts';
import { toEventText } from './result-text.ts';

const BOUNDARY = '--graphql';

/** Apollo's multipart subscription protocol 1.0: each part is closed at once by the next boundary. */
export const multipartFormat: FrameFormat = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"',
  open: BOUNDARY,
  next: (event) => part(`{"payload":${toEventText(event)}}`),
  ping: part('{}'),
  complete: '--\r\n',
  interrupted: (message) => `${part(JSON.stringify({ payload: null, errors: [toInterruption(message)] }))}--\r\n`,
};

function toInterruption(message: string): ClientError {
  return { message, extensions: { code: 'SUBSCRIPTION_INTERRUPTED' } };
}

function part(json: string): string {
  return `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${json}\r\n${BOUNDARY}`;
}
