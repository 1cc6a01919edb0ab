import { type Metadata, status } from '@grpc/grpc-js';
import type { GatewayError } from '../../errors/gateway-error.ts';
import type { GrpcBinding } from '../../model/binding.ts';
import type { AttemptContext, WireEvent } from '../../model/call.ts';
import type { ExpressionRoots } from '../../model/expression.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { DEFAULT_ANSWER_BYTES } from '../answer-bytes.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { type BindingClient, NOT_FOUND, type StreamEvent, type StreamOpening } from './binding-client.ts';
import { type Collected, collectMessages, type GrpcEnd, type GrpcRequest, streamMessages } from './grpc-call.ts';
import { createGrpcChannels, type GrpcChannels } from './grpc-channels.ts';
import type { TlsFiles } from './tls-files.ts';
import { toGrpcError } from './grpc-error.ts';
import { compileGrpcMessage, toMetadata } from './grpc-request.ts';
import { createStatusReader } from './grpc-status.ts';

export type GrpcClientOptions = {
  /** `grpc://host:port` in plain text, `grpcs://host:port` over TLS. */
  readonly url: string;
  readonly subgraph: SubgraphSchema;
  /** What of the caller's request is passed on, as metadata. */
  readonly headers: (context: RequestContext) => Readonly<Record<string, string>>;
  readonly tls?: TlsFiles | undefined;
  /** The most that is read of a call's messages together. */
  readonly answerBytes?: number | undefined;
  /** How long a connection with streams may be silent before it is taken for lost. */
  readonly streamIdleMs?: number | undefined;
};

type ToRequest = (roots: ExpressionRoots, context: RequestContext, deadline: number) => GrpcRequest;

/** Unary calls for one answer, server streams for lists and subscriptions. */
export function createGrpcClient(options: GrpcClientOptions): BindingClient<GrpcBinding> {
  return new GrpcClient(options);
}

class GrpcClient implements BindingClient<GrpcBinding> {
  readonly #options: GrpcClientOptions;
  readonly #channels: GrpcChannels;
  readonly #maxBytes: number;
  readonly #readStatus = createStatusReader();
  // A number, for a Set that calls come to and go from would keep them alive (docs/performance.md, "What keeps requests alive").
  #inFlight = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: GrpcClientOptions) {
    this.#options = options;
    this.#maxBytes = options.answerBytes ?? DEFAULT_ANSWER_BYTES;
    this.#channels = createGrpcChannels(options.url, options);
  }

  prepare(binding: GrpcBinding): (roots: ExpressionRoots, attempt: AttemptContext) => Promise<unknown> {
    const toRequest = this.#prepareRequest(binding);
    return async (roots, attempt) => {
      this.#inFlight += 1;
      try {
        return await this.#send(binding, (deadline) => toRequest(roots, attempt.context, deadline), attempt);
      } finally {
        this.#inFlight -= 1;
        if (this.#inFlight === 0) this.#idle?.resolve();
      }
    };
  }

  prepareStream(binding: GrpcBinding): (roots: ExpressionRoots, opening: StreamOpening) => AsyncIterable<StreamEvent> {
    const toRequest = this.#prepareRequest(binding);
    return (roots, opening) => this.#readStream(binding, toRequest(roots, opening.context, Infinity), opening);
  }

  async close(): Promise<void> {
    this.#idle ??= Promise.withResolvers<void>();
    if (this.#inFlight > 0) await this.#idle.promise;
    this.#channels.close();
  }

  #prepareRequest(binding: GrpcBinding): ToRequest {
    const { subgraph, headers } = this.#options;
    const toMessage = compileGrpcMessage(binding, subgraph);
    const { path } = binding.method;
    return (roots, context, deadline) => {
      const metadata = toMetadata(binding, roots, headers(context));
      return { path, message: toMessage(roots), metadata, deadline };
    };
  }

  async #send(
    { method, maxMessages: longest }: GrpcBinding,
    toRequest: (deadline: number) => GrpcRequest,
    { timeoutMs, cancellation, trace }: AttemptContext,
  ): Promise<unknown> {
    const { responseStream, responseDeserialize } = method;
    const maxMessages = responseStream ? longest : 1;
    const onCancel = (cancel: () => void): (() => void) => cancellation.onCancel(cancel);
    const request = toRequest(Date.now() + timeoutMs);
    trace?.(toSent(method, request));
    const collected = await collectMessages(this.#channels.forCalls, request, {
      maxMessages,
      maxBytes: this.#maxBytes,
      onCancel,
    });
    trace?.(toReceived(collected, method));
    const messages = this.#readMessages(collected, maxMessages);
    if (messages === NOT_FOUND) return messages;
    if (responseStream) return messages.map((bytes) => decode(responseDeserialize, bytes));
    const [bytes] = messages;
    if (bytes === undefined) throw unusableAnswer('The service ended the call well, but without an answer.');
    return decode(responseDeserialize, bytes);
  }

  /** NOT_FOUND is an answer, too. */
  #readMessages({ messages, end, excess }: Collected, maxMessages: number): readonly Buffer[] | typeof NOT_FOUND {
    if (excess === 'messages' && maxMessages === 1) throw unusableAnswer('The service answered more than once.');
    if (excess === 'messages') throw unusableAnswer(`The stream is longer than ${maxMessages} messages (maxMessages).`);
    if (excess === 'bytes') throw unusableAnswer(`The stream is longer than ${this.#maxBytes} bytes (answerBytes).`);
    if (end.status.code === status.NOT_FOUND) return NOT_FOUND;
    if (end.status.code !== status.OK) throw this.#toError(end);
    return messages;
  }

  async *#readStream(
    { method }: GrpcBinding,
    request: GrpcRequest,
    { context: { cancellation }, onOpened, trace }: StreamOpening,
  ): AsyncGenerator<StreamEvent> {
    const { channel, release } = this.#channels.forStream();
    const onCancel = (cancel: () => void): (() => void) => cancellation.onCancel(cancel);
    const toError = (end: GrpcEnd): GatewayError => this.#toError(end);
    trace?.(toSent(method, request));
    try {
      for await (const bytes of streamMessages(channel, request, { onCancel, onOpened, toError }))
        yield { message: tryDecode(method.responseDeserialize, bytes) };
    } catch (error) {
      if (!cancellation.cancelled) throw error;
    } finally {
      release();
    }
  }

  #toError({ status: ended, hasLeft }: GrpcEnd): GatewayError {
    return toGrpcError(ended, { service: this.#options.subgraph.name, hasLeft, details: this.#readStatus(ended) });
  }
}

/** What is sent, for people. */
function toSent({ requestDeserialize }: GrpcBinding['method'], { path, metadata, message }: GrpcRequest): WireEvent {
  return { direction: 'sent', line: path, headers: toShownMetadata(metadata), body: requestDeserialize(message) };
}

/** Binary values in base64, as they stand on the wire. */
function toShownMetadata(metadata: Metadata): Readonly<Record<string, string>> {
  const toShown = (value: string | Buffer): string => (typeof value === 'string' ? value : value.toString('base64'));
  return Object.fromEntries(Object.entries(metadata.getMap()).map(([name, value]) => [name, toShown(value)]));
}

/** What came back, for people: the status, the trailers, the messages (in base64 what cannot be read). */
function toReceived(
  { messages, end }: Collected,
  { responseStream, responseDeserialize }: GrpcBinding['method'],
): WireEvent {
  const { code, details, metadata } = end.status;
  const bodies = messages.map((bytes) => {
    const body = tryDecode(responseDeserialize, bytes);
    return body instanceof Error ? bytes.toString('base64') : body;
  });
  const line = code === status.OK ? 'OK' : `${status[code] ?? code} ${details}`;
  return {
    direction: 'received',
    line,
    headers: toShownMetadata(metadata),
    body: responseStream ? bodies : (bodies[0] ?? null),
  };
}

type Deserialize = GrpcBinding['method']['responseDeserialize'];

function decode(deserialize: Deserialize, bytes: Buffer): unknown {
  try {
    return deserialize(bytes);
  } catch (cause) {
    throw unusableAnswer(`The message cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** One message that cannot be read is no reason to end a stream. */
function tryDecode(deserialize: Deserialize, bytes: Buffer): unknown {
  try {
    return decode(deserialize, bytes);
  } catch (error) {
    return error;
  }
}
