import type { FrameFormat } from './frame-stream.ts';

const BOUNDARY = '--graphql';

/** Apollo's multipart subscription protocol 1.0: each part is closed at once by the next boundary. */
export const multipartFormat: FrameFormat = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"',
  open: BOUNDARY,
  next: ({ result }) => part({ payload: result }),
  ping: part({}),
  complete: '--\r\n',
  interrupted: (message) =>
    `${part({ payload: null, errors: [{ message, extensions: { code: 'SUBSCRIPTION_INTERRUPTED' } }] })}--\r\n`,
};

function part(value: object): string {
  return `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify(value)}\r\n${BOUNDARY}`;
}
