import type { PublishBinding, RequestBinding, SubscribeBinding } from '../../model/binding.ts';
import type { AttemptContext, WireEvent } from '../../model/call.ts';
import type { Expression, ExpressionRoots, Template } from '../../model/expression.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { readVariable } from '../../subgraph/read-variable.ts';
import { toServiceFailure } from '../service-failure.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { type BindingClient, NOT_FOUND } from './binding-client.ts';
import type { Reply } from './brokers/reply.ts';
import { createSharedBrokers, type SharedBrokers } from './brokers/shared-brokers.ts';
import { evaluateRequest } from './evaluate-request.ts';
import type { TlsFiles } from './tls-files.ts';
import { compileDefaultMessage } from './wire-input.ts';

export type QueueBinding = RequestBinding | PublishBinding | SubscribeBinding;

export type QueueClientOptions = {
  /** Of the broker: its scheme says which protocol is spoken. */
  readonly url: string;
  readonly subgraph: SubgraphSchema;
  /** For brokers that are spoken to over TLS. */
  readonly tls?: TlsFiles | undefined;
  /** Where the connection comes from, to share it with others who name the same URL; one of its own when absent. */
  readonly brokers?: SharedBrokers | undefined;
};

type Call = (roots: ExpressionRoots, attempt: AttemptContext) => Promise<unknown>;

/** Speaks to a service behind a message broker. A request gives the reply's payload, a publish what was published. */
export function createQueueClient({
  url,
  subgraph,
  tls,
  brokers = createSharedBrokers(),
}: QueueClientOptions): BindingClient<QueueBinding> {
  const broker = brokers.open(url, tls);

  function prepareRequest(binding: RequestBinding): Call {
    const toPayload = compilePayload(binding, subgraph);
    return async (roots, { timeoutMs, cancellation, trace }) => {
      const topic = expandTopic(binding.topic, roots);
      const payload = toPayload(roots);
      trace?.({ direction: 'sent', line: `request ${topic}`, headers: {}, body: payload });
      const reply = await broker.request(topic, payload, { timeoutMs, cancellation });
      trace?.(toReceived(reply));
      return readReply(reply);
    };
  }

  function preparePublish(binding: PublishBinding): Call {
    const toPayload = compilePayload(binding, subgraph);
    return async (roots, { timeoutMs, cancellation, onSent, trace }) => {
      const topic = expandTopic(binding.topic, roots);
      const payload = toPayload(roots);
      const key = readKey(binding.key, roots);
      trace?.({ direction: 'sent', line: `publish ${topic}`, headers: { key }, body: payload });
      await broker.publish(topic, payload, { timeoutMs, cancellation, key, onSent });
      return payload;
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
    prepareStream:
      (binding) =>
      (roots, { context, after, trace }) => {
        const topic = expandTopic(binding.topic, roots);
        trace?.({ direction: 'sent', line: `subscribe ${topic}`, headers: {}, body: undefined });
        return broker.subscribe(topic, { cancellation: context.cancellation, after });
      },
    close: () => broker.close(),
  };
}

/** As `payload` says; else the fields of the parent or key, and over them the arguments, by name. */
function compilePayload(
  { payload, coordinate }: RequestBinding | PublishBinding,
  subgraph: SubgraphSchema,
): (roots: ExpressionRoots) => unknown {
  if (payload === undefined) return compileDefaultMessage(coordinate, subgraph);
  return (roots) => evaluateRequest(payload, roots);
}

function readKey(key: Expression | undefined, roots: ExpressionRoots): string | undefined {
  const value = key === undefined ? undefined : evaluateRequest(key, roots);
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function expandTopic(topic: Template, roots: ExpressionRoots): string {
  return topic.expand((variable) => readVariable(roots, variable));
}

/** What came back, for people. */
function toReceived(reply: Reply): WireEvent {
  const received = { direction: 'received', headers: {} } as const;
  switch (reply.kind) {
    case 'payload':
      return { ...received, line: 'answer', body: reply.value };
    case 'error':
      return { ...received, line: 'answer', body: { error: { message: reply.message, code: reply.code } } };
    case 'unreadable':
      return { ...received, line: `what is no answer: ${reply.why}`, body: undefined };
  }
}

function readReply(reply: Reply): unknown {
  switch (reply.kind) {
    case 'payload':
      return reply.value;
    case 'error':
      if (reply.code === 'NOT_FOUND') return NOT_FOUND;
      throw toServiceFailure(reply.code, reply.message);
    case 'unreadable':
      throw unusableAnswer(`The reply was dropped: ${reply.why}.`);
  }
}
