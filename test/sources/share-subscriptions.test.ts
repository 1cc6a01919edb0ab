import { OperationTypeNode, parse } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import { Cancellation } from '../../src/model/cancellation.ts';
import type { RequestContext } from '../../src/model/request-context.ts';
import type { Source, SubscriptionEvent } from '../../src/model/source.ts';
import { shareSubscriptions } from '../../src/sources/share-subscriptions.ts';
import { createTestContext } from './http/test-context.ts';

type Opened = {
  readonly variables: unknown;
  readonly context: RequestContext;
  readonly push: (event: SubscriptionEvent | Error | 'end') => void;
  taken: number;
  left: boolean;
};

/** A source whose streams the test holds in its hand. */
function sharedSource() {
  const opened: Opened[] = [];
  const source: Source = {
    prepare: () => () => Promise.reject(new Error('not asked')),
    prepareSubscription: () =>
      async function* open({ variables }, context) {
        const queue: (SubscriptionEvent | Error | 'end')[] = [];
        let wake = (): void => {};
        const push = (event: SubscriptionEvent | Error | 'end'): void => {
          queue.push(event);
          wake();
        };
        const stream: Opened = { variables, context, push, taken: 0, left: false };
        opened.push(stream);
        context.cancellation.onCancel(() => push('end'));
        try {
          for (;;) {
            const next = queue.shift();
            if (next === 'end') return;
            if (next instanceof Error) throw next;
            if (next === undefined) await new Promise<void>((resolve) => (wake = resolve));
            else {
              stream.taken += 1;
              yield next;
            }
          }
        } finally {
          stream.left = true;
        }
      },
    close: async () => {},
  };
  const shared = shareSubscriptions(source, ({ requestId }) => requestId);
  const subscribe = (variables: object = {}, operation = 'subscription { a }', after?: string) => {
    const fetch = {
      subgraph: 's',
      operationKind: OperationTypeNode.SUBSCRIPTION,
      operation,
      document: parse(operation),
    };
    const cancellation = new Cancellation();
    const context = createTestContext({ cancellation });
    const call = { variables: { ...variables }, ...(after === undefined ? {} : { after }) };
    const events = shared.prepareSubscription({ ...fetch, operationName: undefined })(call, context);
    return { events: events[Symbol.asyncIterator](), leave: () => cancellation.cancel() };
  };
  return { opened, subscribe, shared };
}

const event = (n: number): SubscriptionEvent => ({ data: { a: { n } } });

describe('subscriptions of one source', () => {
  it('are one for all that ask the same, each with data of its own', async () => {
    const { opened, subscribe } = sharedSource();
    const readers = Array.from({ length: 1000 }, () => subscribe({ id: 1 }));
    const firsts = readers.map(({ events }) => events.next());
    await vi.waitFor(() => expect(opened.length).toBe(1));
    opened[0]?.push({ ...event(1), cursor: 'c1' });
    const results = (await Promise.all(firsts)).map(({ value }) => value as SubscriptionEvent);
    expect(results.every((result) => JSON.stringify(result) === '{"data":{"a":{"n":1}},"cursor":"c1"}')).toBe(true);
    expect(new Set(results.map(({ data }) => data?.['a'])).size).toBe(1000);
    expect(opened.length).toBe(1);
  });

  it.each([
    ['other variables', { id: 2 }, 'subscription { a }'],
    ['another operation', { id: 1 }, 'subscription { b: a }'],
  ])('are apart for %s', async (_, variables, operation) => {
    const { opened, subscribe } = sharedSource();
    void subscribe({ id: 1 }).events.next();
    void subscribe(variables, operation).events.next();
    await vi.waitFor(() => expect(opened.length).toBe(2));
  });

  it('are apart for another identity, and for one that resumes', async () => {
    const { opened, subscribe, shared } = sharedSource();
    void subscribe().events.next();
    void subscribe({}, 'subscription { a }', 'c1').events.next();
    const document = parse('subscription { a }');
    const fetch = {
      subgraph: 's',
      operationKind: OperationTypeNode.SUBSCRIPTION,
      operation: 'subscription { a }',
      document,
    };
    const other = createTestContext({ requestId: 'other' });
    const events = shared.prepareSubscription({ ...fetch, operationName: undefined })({ variables: {} }, other);
    void events[Symbol.asyncIterator]().next();
    await vi.waitFor(() => expect(opened.length).toBe(3));
  });

  it('end at the source when the last has left, and begin anew for the next', async () => {
    const { opened, subscribe } = sharedSource();
    const [first, second] = [subscribe(), subscribe()];
    const nexts = [first.events.next(), second.events.next()];
    await vi.waitFor(() => expect(opened.length).toBe(1));
    first.leave();
    expect(await nexts[0]).toEqual({ done: true, value: undefined });
    expect(opened[0]?.left).toBe(false);
    await second.events.return?.();
    await vi.waitFor(() => expect(opened[0]?.left).toBe(true));
    expect(await nexts[1]).toEqual({ done: true, value: undefined });
    void subscribe().events.next();
    await vi.waitFor(() => expect(opened.length).toBe(2));
  });

  it('survive the one they were opened for', async () => {
    const { opened, subscribe } = sharedSource();
    const [first, second] = [subscribe(), subscribe()];
    void first.events.next();
    const next = second.events.next();
    await vi.waitFor(() => expect(opened.length).toBe(1));
    first.leave();
    opened[0]?.push(event(1));
    expect((await next).value).toEqual(event(1));
  });

  it('give who joins later what comes then', async () => {
    const { opened, subscribe } = sharedSource();
    const first = subscribe();
    const one = first.events.next();
    await vi.waitFor(() => expect(opened.length).toBe(1));
    opened[0]?.push(event(1));
    await one;
    const late = subscribe();
    const both = [first.events.next(), late.events.next()];
    opened[0]?.push(event(2));
    expect((await Promise.all(both)).map(({ value }) => value as unknown)).toEqual([event(2), event(2)]);
  });

  it('end for all with the end or the error of the stream, after what waits', async () => {
    const { opened, subscribe } = sharedSource();
    const [fast, slow] = [subscribe(), subscribe()];
    const firsts = [fast.events.next(), slow.events.next()];
    await vi.waitFor(() => expect(opened.length).toBe(1));
    opened[0]?.push(event(1));
    await Promise.all(firsts);
    const second = fast.events.next();
    opened[0]?.push(event(2));
    await second;
    const failing = fast.events.next();
    opened[0]?.push(new GatewayError('UPSTREAM_UNAVAILABLE', 'Gone.'));
    await expect(failing).rejects.toThrow('Gone.');
    expect((await slow.events.next()).value).toEqual(event(2));
    await expect(slow.events.next()).rejects.toThrow('Gone.');
    expect(await slow.events.next()).toEqual({ done: true, value: undefined });
    void subscribe().events.next();
    await vi.waitFor(() => expect(opened.length).toBe(2));
  });

  it('are read as fast as the fastest: one that falls 256 events behind is cut, with an error', async () => {
    const { opened, subscribe } = sharedSource();
    const [fast, slow] = [subscribe(), subscribe()];
    const firsts = [fast.events.next(), slow.events.next()];
    await vi.waitFor(() => expect(opened.length).toBe(1));
    for (let n = 1; n <= 300; n += 1) opened[0]?.push(event(n));
    await Promise.all(firsts);
    for (let n = 2; n <= 257; n += 1) expect((await fast.events.next()).value).toEqual(event(n));
    expect((await fast.events.next()).value).toEqual(event(258));
    await expect(slow.events.next()).rejects.toMatchObject({ code: 'SUBSCRIPTION_INTERRUPTED' });
    expect((await fast.events.next()).value).toEqual(event(259));
  });

  it('wait at the source where nobody asks for more', async () => {
    const { opened, subscribe } = sharedSource();
    const reader = subscribe();
    const first = reader.events.next();
    await vi.waitFor(() => expect(opened.length).toBe(1));
    for (let n = 1; n <= 10; n += 1) opened[0]?.push(event(n));
    await first;
    await new Promise((resolve) => setImmediate(resolve));
    expect(opened[0]?.taken).toBe(1);
    reader.leave();
    await vi.waitFor(() => expect(opened[0]?.left).toBe(true));
  });
});
