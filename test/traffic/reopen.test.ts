import { expect, it } from 'vitest';
import { GatewayError, type GatewayErrorOptions } from '../../src/errors/gateway-error.ts';
import { Cancellation } from '../../src/model/cancellation.ts';
import type { CallPolicy } from '../../src/model/call.ts';
import type { OpenSubscription, SubscriptionEvent } from '../../src/model/source.ts';
import { createProtectStream } from '../../src/traffic/protect.ts';
import { createTestContext } from '../sources/http/test-context.ts';
import { createTestClock } from './test-clock.ts';

type Call = Parameters<OpenSubscription>[0];
type Stream = (call: Call) => AsyncGenerator<SubscriptionEvent>;

const broken = (options: GatewayErrorOptions = {}) =>
  new GatewayError('UPSTREAM_UNAVAILABLE', 'Broken.', { retry: 'may-retry', retryCause: 'RESET', ...options });
const lost = { data: null, errors: ['Events of the subscription may have been missed.'] };

/** A stream that is taken, gives events, and then breaks, or ends well where there is no error. */
const standing = (ns: readonly number[], error?: Error, cursors = false): Stream =>
  async function* (call) {
    call.opening?.onOpened();
    for (const n of ns) yield { data: { n }, ...(cursors ? { cursor: String(n) } : {}) };
    if (error !== undefined) throw error;
  };

/** A stream that is not taken. */
const refused = (error: Error): Stream =>
  // oxlint-disable-next-line require-yield -- it fails before its first event
  async function* () {
    throw error;
  };

type Settings = { readonly reopenMs?: number | false; readonly policy?: CallPolicy; readonly after?: string };

/** Subscribes to a service whose streams are these, one after the other; the last again and again. Each wait is its longest. */
function subscribeTo(streams: readonly Stream[], { reopenMs, policy = {}, after }: Settings = {}) {
  const time = createTestClock({ random: 1 });
  const log: string[] = [];
  const cancellation = new Cancellation();
  const startedAtMs = time.now();
  let count = 0;
  const open: OpenSubscription = (call) => {
    log.push(`${time.now() - startedAtMs} ms: opened${call.after === undefined ? '' : ` after ${call.after}`}`);
    const stream = streams[Math.min(count, streams.length - 1)];
    count += 1;
    if (stream === undefined) throw new Error('There is no stream.');
    return stream(call);
  };
  const onBreak = () => {
    log.push('broken');
    return () => void log.push('mended');
  };
  const protectStream = createProtectStream({ subgraph: 'ticks', clock: time.clock, reopenMs, onBreak });
  const seen: unknown[] = [];
  const read = async (): Promise<string> => {
    const context = createTestContext({ cancellation });
    for await (const { data, errors } of protectStream(open, policy)({ variables: {}, after }, context))
      seen.push(errors === undefined ? data?.['n'] : { data, errors: errors.map(({ message }) => message) });
    return 'complete';
  };
  const end = read().catch((error: unknown) => (error instanceof Error ? error.message : 'nonsense'));
  /** In small steps: what follows from a step has happened before the next. */
  const advance = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 50) {
      await time.advance(Math.min(left, 50));
      await time.settle();
    }
  };
  return { ...time, seen, log, end, cancellation, advance };
}

it('opens a broken stream again, and says that events may be lost', async () => {
  const { seen, log, end, advance } = subscribeTo([standing([1, 2], broken()), standing([3])]);
  await advance(99);
  expect(seen).toEqual([1, 2]);
  await advance(1);
  expect(await end).toBe('complete');
  expect(seen).toEqual([1, 2, lost, 3]);
  expect(log).toEqual(['0 ms: opened', 'broken', '100 ms: opened', 'mended']);
});

it('opens it behind the last event where events have cursors, and then nothing is lost', async () => {
  const streams = [standing([1, 2], broken(), true), standing([], broken()), standing([3], undefined, true)];
  const { seen, log, end, advance } = subscribeTo(streams, { after: '0' });
  await advance(300);
  expect(await end).toBe('complete');
  expect(seen).toEqual([1, 2, 3]);
  expect(log.filter((line) => line.includes('opened'))).toEqual([
    '0 ms: opened after 0',
    '100 ms: opened after 2',
    '300 ms: opened after 2',
  ]);
});

it('waits longer from one break to the next, and gives up with the last error after its time', async () => {
  const streams = [
    standing([1], broken()),
    refused(broken()),
    refused(new GatewayError('UPSTREAM_UNAVAILABLE', 'Still.', { retry: 'not-sent' })),
  ];
  const { seen, log, end, advance } = subscribeTo(streams, { reopenMs: 1000 });
  await advance(10_000);
  expect(await end).toBe('Still.');
  expect(seen).toEqual([1]);
  expect(log).toEqual(['0 ms: opened', 'broken', '100 ms: opened', '300 ms: opened', '700 ms: opened', 'mended']);
});

it('gives up, too, where each new stream breaks at once', async () => {
  const { end, log, advance } = subscribeTo([standing([1], broken())]);
  await advance(120_000);
  expect(await end).toBe('Broken.');
  expect(log.filter((line) => line.includes('opened')).length).toBe(12);
});

it('begins anew with a stream that has stood for ten seconds', async () => {
  const stood = Promise.withResolvers<void>();
  const long: Stream = async function* (call) {
    call.opening?.onOpened();
    await stood.promise;
    yield* standing([2], broken())(call);
  };
  const { log, end, advance } = subscribeTo([standing([], broken()), standing([], broken()), long, standing([3])]);
  await advance(10_300);
  stood.resolve();
  await advance(100);
  expect(await end).toBe('complete');
  expect(log.filter((line) => line.includes('opened'))).toEqual([
    '0 ms: opened',
    '100 ms: opened',
    '300 ms: opened',
    '10400 ms: opened',
  ]);
});

it('waits as long as the service says, and fails at once where that is too long', async () => {
  const first = subscribeTo([standing([1], broken({ retryAfterMs: 5000 })), standing([2])]);
  await first.advance(5099);
  expect(first.log).toEqual(['0 ms: opened', 'broken']);
  await first.advance(1);
  expect(await first.end).toBe('complete');
  const second = subscribeTo([standing([1], broken({ retryAfterMs: 60_000 }))]);
  await second.settle();
  expect(await second.end).toBe('Broken.');
});

it.each<[string, readonly Stream[], Settings]>([
  ['was never open', [refused(broken())], {}],
  ['fails for good', [standing([], broken({ retry: 'final' }))], {}],
  ['is refused when it is opened again', [standing([], broken()), refused(broken({ retry: 'final' }))], {}],
  ['must not be sent again', [standing([], broken())], { policy: { retry: { attempts: 0 } } }],
  [
    'breaks for another cause than is named',
    [standing([], broken())],
    { policy: { retry: { attempts: 2, on: ['CONNECT'] } } },
  ],
  ['must not be opened again', [standing([], broken())], { reopenMs: false }],
])('ends with the error where the stream %s', async (_, streams, settings) => {
  const { seen, end, advance, pending } = subscribeTo(streams, settings);
  await advance(1000);
  expect(await end).toBe('Broken.');
  expect(seen).toEqual([]);
  expect(pending()).toBe(0);
});

it('says nothing of lost events where the service says that there is no more', async () => {
  const over: Stream = async function* () {};
  const { seen, end, advance } = subscribeTo([standing([1], broken()), over]);
  await advance(100);
  expect(await end).toBe('complete');
  expect(seen).toEqual([1]);
});

it('opens nothing for a client that leaves while it waits', async () => {
  const { log, end, cancellation, settle, advance, pending } = subscribeTo([standing([1], broken())]);
  await settle();
  cancellation.cancel(new Error('gone'));
  expect(await end).toBe('complete');
  await advance(10_000);
  expect(log).toEqual(['0 ms: opened', 'broken', 'mended']);
  expect(pending()).toBe(0);
});
