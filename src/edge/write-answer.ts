import { GatewayError } from '../errors/gateway-error.ts';
import type { Cancellation } from '../model/cancellation.ts';
import type { ClientEvent, ClientResult, OperationAnswer } from '../model/http.ts';
import type { Log } from '../observability/log.ts';
import type { AcceptedTypes } from './accepted-types.ts';
import { createFrameStream, type FrameFormat } from './frame-stream.ts';
import { eventStreamFormat } from './event-stream-format.ts';
import { multipartFormat } from './multipart-format.ts';
import { type SingleAnswer, toRefusal } from './refusal.ts';

export type AnswerOptions = {
  readonly accepted: AcceptedTypes;
  /** Cancelled when the client is gone, or when a stream is over for any other reason. */
  readonly ending: Cancellation;
  readonly draining: Cancellation;
  readonly log: Log;
};

/** An operation's answer in the media type its client accepts. */
export function writeAnswer(answer: OperationAnswer, options: AnswerOptions): Response {
  const { accepted } = options;
  if (answer.kind === 'stream') return writeStream(answer, options);
  if (accepted.single !== 'text/event-stream') return writeJson(answer, accepted.single);
  if (answer.alwaysStatus) return writeJson(answer, 'application/json');
  return respond(eventStreamFormat, { ...options, events: once(answer.result), stop: () => {} });
}

/** Under `application/json` what was refused for its document is still a 200 (GraphQL over HTTP, 6.4.1). */
export function toJsonStatus({ status, alwaysStatus }: SingleAnswer, mediaType: string): number {
  return alwaysStatus || mediaType !== 'application/json' ? status : 200;
}

export function writeJson(
  answer: SingleAnswer,
  mediaType: 'application/json' | 'application/graphql-response+json',
): Response {
  const { result, headers } = answer;
  const body = Buffer.from(JSON.stringify(result));
  return new Response(body, {
    status: toJsonStatus(answer, mediaType),
    headers: { 'content-type': `${mediaType}; charset=utf-8`, 'content-length': String(body.byteLength), ...headers },
  });
}

function writeStream({ events, stop }: StreamAnswer, options: AnswerOptions): Response {
  switch (options.accepted.stream) {
    case 'text/event-stream':
      return respond(eventStreamFormat, { ...options, events, stop });
    case 'multipart/mixed':
      return respond(multipartFormat, { ...options, events, stop });
    case null:
      options.ending.cancel();
      return writeJson(toRefusal(notAcceptable(), options.log), 'application/json');
  }
}

type StreamAnswer = Extract<OperationAnswer, { kind: 'stream' }>;

function respond(format: FrameFormat, options: AnswerOptions & Pick<StreamAnswer, 'events' | 'stop'>): Response {
  const headers = { 'content-type': format.contentType, 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };
  return new Response(createFrameStream({ ...options, format }), { headers });
}

function notAcceptable(): GatewayError {
  const message = 'A subscription is answered as a stream. Accept text/event-stream or multipart/mixed.';
  return new GatewayError('NOT_ACCEPTABLE', message);
}

async function* once(result: ClientResult): AsyncGenerator<ClientEvent> {
  yield { result };
}
