import type { Config } from '../config/schema.ts';
import type { Protect, WireEvent } from '../model/call.ts';
import { Cancellation } from '../model/cancellation.ts';
import type { RequestContext } from '../model/request-context.ts';
import type { SubgraphSchema } from '../model/subgraph.ts';
import { createUpstreamIdentity } from '../security/upstream-identity.ts';
import type { BoundCallSettings } from '../sources/bound/bound-calls.ts';
import { createSharedBrokers } from '../sources/bound/brokers/shared-brokers.ts';
import { callField, type CalledField, type FieldCall } from '../sources/bound/call-field.ts';
import { streamField, type StreamedEvent } from '../sources/bound/stream-field.ts';
import { createToRoots } from '../sources/bound/request-roots.ts';
import { createProtect } from '../traffic/protect.ts';
import { openBoundClients } from './bound-clients.ts';
import { type BoundCall, readBoundCall } from './read-bound-call.ts';
import { answerBytesOf } from './traffic-settings.ts';

export type BoundFieldAnswer = CalledField & {
  readonly subgraph: string;
  readonly url: string | undefined;
  /** What went over the wire, in order: each attempt. */
  readonly wire: readonly WireEvent[];
  readonly ms: number;
};

/** Runs one bound field, or entity, against its service, as a request of this caller would. Throws ProblemsError. */
export async function callBoundField(config: Config, call: BoundCall): Promise<BoundFieldAnswer> {
  const wire: WireEvent[] = [];
  const trace = (event: WireEvent): void => void wire.push(event);
  return withClients(config, call, async ({ settings, field, context }) => {
    const { subgraph } = settings;
    const startMs = performance.now();
    const protect = tracing(settings.protect, trace, (answer) => {
      // What no client tells of the answer is told by what it makes of it.
      if (wire.at(-1)?.direction === 'sent')
        trace({ direction: 'received', line: 'answer', headers: {}, body: answer });
    });
    const called = await callField({ ...settings, protect }, field, context);
    return { ...called, subgraph: subgraph.name, url: subgraph.url, wire, ms: performance.now() - startMs };
  });
}

/** Who watches a stream. */
export type StreamWatch = {
  readonly onStart: (service: Pick<SubgraphSchema, 'name' | 'url'>) => void;
  readonly onWire: (event: WireEvent) => void;
  readonly onEvent: (event: StreamedEvent) => void;
  /** Ends it. */
  readonly cancellation: Cancellation;
};

/** Opens the stream of one bound field of Subscription. Resolves when it ends; rejects with what ends it badly. */
export async function streamBoundField(config: Config, call: BoundCall, watch: StreamWatch): Promise<void> {
  await withClients(config, call, async ({ settings, field, context }) => {
    const { cancellation } = watch;
    watch.onStart(settings.subgraph);
    const protect = tracing(settings.protect, watch.onWire, () => {});
    const events = streamField({ ...settings, protect }, field, { ...context, cancellation, deadlineMs: Infinity });
    try {
      for await (const event of events) {
        watch.onEvent(event);
        if (cancellation.cancelled) return;
      }
    } catch (error) {
      if (!cancellation.cancelled) throw error;
    }
  });
}

type Calling = {
  readonly settings: BoundCallSettings;
  readonly field: FieldCall;
  readonly context: RequestContext;
};

/** Nothing is sent again: what is shown is what one call comes to. */
async function withClients<T>(config: Config, call: BoundCall, run: (calling: Calling) => Promise<T>): Promise<T> {
  const { subgraph, args } = await readBoundCall(config, call);
  const { name } = subgraph;
  const clients = await openBoundClients({
    subgraph,
    config: config.graph.subgraphs?.[name],
    headers: createUpstreamIdentity(config.auth.upstream)(name),
    brokers: createSharedBrokers(),
    answerBytes: answerBytesOf(config, name),
  });
  const deadlineMs = performance.now() + config.traffic.deadline;
  try {
    return await run({
      settings: {
        subgraph,
        clientOf: clients.of,
        protect: createProtect({ subgraph: name, retry: { attempts: 0 } }),
        toRoots: createToRoots(config.auth.upstream?.[name]?.forward ?? []),
      },
      field: { ...call, args },
      context: { ...call, requestId: 'call', deadlineMs, cancellation: new Cancellation(), scope: new Map() },
    });
  } finally {
    await clients.close();
  }
}

function tracing(protect: Protect, trace: (event: WireEvent) => void, onAnswer: (answer: unknown) => void): Protect {
  return (attempt, call) =>
    protect(async (request, context) => {
      const answer = await attempt(request, { ...context, trace });
      onAnswer(answer);
      return answer;
    }, call);
}
