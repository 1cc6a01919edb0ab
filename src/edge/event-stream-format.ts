import type { FrameFormat } from './frame-stream.ts';
import { toResultText } from './result-text.ts';

const RETRY_MS = 1000;
const RETRY_SPREAD_MS = 4000;

/**
 * Server-sent events in the distinct connections mode of graphql-sse: `next` events, then `complete`.
 * When the gateway breaks a stream off there is no `complete`, so that clients connect again: not all of them at once.
 */
export const eventStreamFormat: FrameFormat = {
  contentType: 'text/event-stream; charset=utf-8',
  open: ':\n\n', // some browsers show nothing before the first byte
  next: (event) => `${event.id === undefined ? '' : `id: ${event.id}\n`}event: next\ndata: ${toResultText(event)}\n\n`,
  ping: ':\n\n',
  complete: 'event: complete\ndata:\n\n',
  interrupted: () => `retry: ${RETRY_MS + Math.floor(Math.random() * RETRY_SPREAD_MS)}\n\n`,
};
