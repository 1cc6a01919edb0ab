import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { GrpcBinding } from '../../model/binding.ts';
import type { AttemptContext } from '../../model/call.ts';
import type { ExpressionRoots } from '../../model/expression.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { type BindingClient, NOT_FOUND, type StreamEvent } from './binding-client.ts';
import { toGrpcError } from './grpc-error.ts';
import { toHeaderValue } from './header-value.ts';
import { compileDefaultMessage } from './wire-input.ts';

export type GrpcClientOptions = {
  /** `grpc://host:port` in plain text, `grpcs://host:port` over TLS. */
  readonly url: string;
  readonly subgraph: SubgraphSchema;
  /** What of the caller's request is passed on, as metadata. */
  readonly headers: (context: RequestContext) => Readonly<Record<string, string>>;
};

const MAX_MESSAGE_BYTES = 10_000_000;

/** Retries are the gateway's own; a service that comes back is tried within a second. */
const CHANNEL_OPTIONS = {
  'grpc.enable_retries': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 5000,
};

/** Unary calls for one answer, server streams for subscriptions, over one channel. */
export function createGrpcClient({ url, subgraph, headers }: GrpcClientOptions): BindingClient<GrpcBinding> {
  const service = subgraph.name;
  const { protocol, host } = new URL(url);
  const secure = protocol === 'grpcs:' ? credentials.createSsl() : credentials.createInsecure();
  const client = new Client(host, secure, CHANNEL_OPTIONS);
  const inFlight = new Set<Promise<unknown>>();

  const prepareOutgoing = (binding: GrpcBinding): ((roots: ExpressionRoots, context: RequestContext) => Outgoing) => {
    const toMessage = compileMessage(binding, subgraph);
    return (roots, context) => ({
      service,
      binding,
      message: toMessage(roots),
      metadata: toMetadata(headers(context)),
    });
  };

  return {
    prepare: (binding) => {
      const toOutgoing = prepareOutgoing(binding);
      return async (roots, attempt) => {
        const call = sendUnary(client, toOutgoing(roots, attempt.context), attempt);
        inFlight.add(call);
        return call.finally(() => inFlight.delete(call));
      };
    },
    prepareStream: (binding) => {
      const toOutgoing = prepareOutgoing(binding);
      return (roots, context) => readStream(client, toOutgoing(roots, context), context);
    },
    close: async () => {
      await Promise.allSettled(inFlight);
      client.close();
    },
  };
}

type Outgoing = {
  readonly service: string;
  readonly binding: GrpcBinding;
  readonly message: Buffer;
  readonly metadata: Metadata;
};

function sendUnary(
  client: Client,
  { service, binding, message, metadata }: Outgoing,
  attempt: AttemptContext,
): Promise<unknown> {
  const { path, responseDeserialize } = binding.method;
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const options = { deadline: Date.now() + attempt.timeoutMs };
  const call = client.makeUnaryRequest(path, asIs, responseDeserialize, message, metadata, options, (error, answer) => {
    if (error === null) resolve(answer);
    else if (error.code === status.NOT_FOUND) resolve(NOT_FOUND);
    else reject(toGrpcError(error, { service, hasLeft: call.getPeer() !== client.getChannel().getTarget() }));
  });
  const unhook = attempt.cancellation.onCancel(() => call.cancel());
  return promise.finally(unhook);
}

async function* readStream(
  client: Client,
  { service, binding, message, metadata }: Outgoing,
  { cancellation }: RequestContext,
): AsyncGenerator<StreamEvent> {
  const { path, responseDeserialize } = binding.method;
  const call = client.makeServerStreamRequest(path, asIs, responseDeserialize, message, metadata);
  const unhook = cancellation.onCancel(() => call.cancel());
  try {
    for await (const message of call) yield { message };
  } catch (error) {
    if (!cancellation.cancelled) throw toGrpcError(error as ServiceError, { service, hasLeft: true });
  } finally {
    unhook();
    call.cancel();
  }
}

/** As `request` says; else what the message has of the fields of the parent or key, and over them the arguments, by name. */
function compileMessage(binding: GrpcBinding, subgraph: SubgraphSchema): (roots: ExpressionRoots) => Buffer {
  const { request, method } = binding;
  const toMessage = request === undefined ? compileOwnMessage(binding, subgraph) : request.evaluate;
  return (roots) => {
    try {
      return method.requestSerialize((toMessage(roots) ?? {}) as object);
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      const message = `The arguments do not fit the message that the service takes. ${detail}`;
      throw new GatewayError('BAD_USER_INPUT', message, { cause });
    }
  };
}

function compileOwnMessage({ coordinate, takes }: GrpcBinding, subgraph: SubgraphSchema) {
  const toMessage = compileDefaultMessage(coordinate, subgraph);
  return (roots: ExpressionRoots) =>
    Object.fromEntries(Object.entries(toMessage(roots)).filter(([name]) => takes(name)));
}

function toMetadata(headers: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) {
    metadata.set(name, name.endsWith('-bin') ? Buffer.from(value, 'base64') : toHeaderValue(name, value));
  }
  return metadata;
}

function asIs(message: Buffer): Buffer {
  return message;
}
