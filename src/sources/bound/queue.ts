import type { ErrorCode } from '../../errors/codes.ts';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { PublishBinding, RequestBinding, SubscribeBinding } from '../../model/binding.ts';
import type { AttemptContext } from '../../model/call.ts';
import type { Expression, ExpressionRoots, Template } from '../../model/expression.ts';
import { readVariable } from '../../subgraph/read-variable.ts';
import { type BindingClient, NOT_FOUND } from './binding-client.ts';
import type { Reply } from './brokers/reply.ts';
import { createSharedBrokers, type SharedBrokers } from './brokers/shared-brokers.ts';

export type QueueBinding = RequestBinding | PublishBinding | SubscribeBinding;

export type QueueClientOptions = {
  /** Of the broker: its scheme says which protocol is spoken. */
  readonly url: string;
  /** Where the connection comes from, to share it with others who name the same URL; one of its own when absent. */
  readonly brokers?: SharedBrokers | undefined;
  /** How names go on the wire where no `payload` says so (`@source(naming:)`); as they are when absent. */
  readonly toWireName?: ToWireName | undefined;
};

type ToWireName = (name: string) => string;

type Call = (roots: ExpressionRoots, attempt: AttemptContext) => Promise<unknown>;

/** Speaks to a service behind a message broker. A request gives the reply's payload, a publish what was published. */
export function createQueueClient(options: QueueClientOptions): BindingClient<QueueBinding> {
  const broker = (options.brokers ?? createSharedBrokers()).open(options.url);
  const toWireName = options.toWireName ?? ((name) => name);

  function prepareRequest({ topic, payload }: RequestBinding): Call {
    return async (roots, { timeoutMs, cancellation }) => {
      const message = readPayload(payload, roots, toWireName);
      return readReply(await broker.request(expandTopic(topic, roots), message, { timeoutMs, cancellation }));
    };
  }

  function preparePublish({ topic, payload, key }: PublishBinding): Call {
    return async (roots, { timeoutMs, cancellation }) => {
      const message = readPayload(payload, roots, toWireName);
      await broker.publish(expandTopic(topic, roots), message, { timeoutMs, cancellation, key: readKey(key, roots) });
      return message;
    };
  }

  return {
    prepare: (binding) => {
      switch (binding.kind) {
        case 'request':
          return prepareRequest(binding);
        case 'publish':
          return preparePublish(binding);
        case 'subscribe':
          throw new TypeError(`${binding.coordinate} is a stream: it is prepared by prepareStream.`);
      }
    },
    prepareStream: (binding) => (roots, context) =>
      broker.subscribe(expandTopic(binding.topic, roots), context.cancellation),
    close: () => broker.close(),
  };
}

/** Without `payload`: the arguments, over the fields of the parent or key (in a batched call: lists of key values). */
function readPayload(payload: Expression | undefined, roots: ExpressionRoots, toWireName: ToWireName): unknown {
  if (payload !== undefined) return evaluate(payload, roots);
  const { __typename: _, ...parent } = roots.this ?? {};
  return renameKeys({ ...parent, ...roots.args }, toWireName);
}

function renameKeys(value: unknown, toWireName: ToWireName): unknown {
  if (Array.isArray(value)) return value.map((item) => renameKeys(item, toWireName));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [toWireName(name), renameKeys(item, toWireName)]),
  );
}

/** A function of an expression may refuse what the client gave it. */
function evaluate(expression: Expression, roots: ExpressionRoots): unknown {
  try {
    return expression.evaluate(roots);
  } catch (cause) {
    throw new GatewayError('BAD_USER_INPUT', 'The arguments do not fit the call.', { detail: expression.text, cause });
  }
}

function readKey(key: Expression | undefined, roots: ExpressionRoots): string | undefined {
  const value = key === undefined ? undefined : evaluate(key, roots);
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function expandTopic(topic: Template, roots: ExpressionRoots): string {
  return topic.expand((variable) => readVariable(roots, variable));
}

/** A service's own codes that a client can act on; every other error of a service is masked. */
const KEPT = ['BAD_USER_INPUT', 'FORBIDDEN', 'UNAUTHENTICATED'] as const satisfies readonly ErrorCode[];

const KEPT_MESSAGES: Readonly<Record<(typeof KEPT)[number], string>> = {
  BAD_USER_INPUT: 'The service refused the input.',
  FORBIDDEN: 'The service does not allow this.',
  UNAUTHENTICATED: 'The service wants a caller it knows.',
};

function readReply(reply: Reply): unknown {
  switch (reply.kind) {
    case 'payload':
      return reply.value;
    case 'error':
      return readError(reply.message, reply.code);
    case 'unreadable':
      throw new GatewayError('UPSTREAM_BAD_RESPONSE', 'The service answered what cannot be used.', {
        detail: `The reply was dropped: ${reply.why}.`,
      });
  }
}

function readError(detail: string, code: string | undefined): typeof NOT_FOUND {
  if (code === 'NOT_FOUND') return NOT_FOUND;
  const kept = KEPT.find((word) => word === code);
  if (kept !== undefined) throw new GatewayError(kept, KEPT_MESSAGES[kept], { detail });
  throw new GatewayError('UPSTREAM_ERROR', 'The service answered with an error.', {
    detail: code === undefined ? detail : `${code}: ${detail}`,
  });
}
