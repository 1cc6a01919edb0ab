import { describe, expect, it, vi } from 'vitest';
import type { ProblemsError } from '../../../src/errors/problem.ts';
import { Cancellation } from '../../../src/model/cancellation.ts';
import type { SubscriptionEvent } from '../../../src/model/source.ts';
import { say, startSocketService } from '../http/subscriptions/socket-service.ts';
import { stitchServices } from './plain-services.ts';
import { requestContext } from './request-context.ts';

const left = new Set<string>();

async function* placed({ to = 3 }: { to?: number }) {
  try {
    for (let n = 1; n <= to; n += 1) yield { orderPlaced: { __typename: 'Order', ref: `o${n % 2}`, total: n } };
    if (to === 0) await new Promise(() => {});
  } finally {
    left.add(String(to));
  }
}

const orders = {
  sdl: /* GraphQL */ `
    type Query {
      orders(refs: [ID!]!): [Order]!
    }
    type Subscription {
      orderPlaced(to: Int): Order!
      refused: Order
    }
    type Order {
      ref: ID!
      total: Int
    }
  `,
  root: {
    orders: ({ refs }: { refs: string[] }) => refs.map((ref) => ({ ref, total: 0 })),
    orderPlaced: placed,
    refused: () => Promise.reject(new Error('not today')),
  },
};

const notes = {
  sdl: /* GraphQL */ `
    type Query {
      notes(ids: [ID!]!): [Order]!
      noteOf(id: ID!): String
    }
    type Order {
      id: ID!
      note: String
    }
  `,
  root: {
    notes: ({ ids }: { ids: string[] }) =>
      ids.map((id) => ({ id, note: id === 'o0' ? () => Promise.reject(new Error('no ink')) : `note of ${id}` })),
    noteOf: ({ id }: { id: string }) => `made of ${id}`,
  },
};

const sdl = /* GraphQL */ `
  type Query {
    orders(refs: [ID!]!): [Order]! @merge(keyField: "id")
    notes(ids: [ID!]!): [Order]! @merge(keyField: "id")
  }
  type Subscription {
    placed(to: Int): Order! @rename(from: "orderPlaced")
    refused: Order
  }
  type Order @key(fields: "id") {
    id: ID! @rename(from: "ref", service: "orders")
    total: Int
    note: String
    made: String @delegate(to: "noteOf(id: $id)")
    buyer: User @computed(selectionSet: "{ id }")
  }
  type User @key(fields: "id", resolvable: false) {
    id: ID!
  }
`;

async function readAll(events: AsyncIterator<SubscriptionEvent>): Promise<SubscriptionEvent[]> {
  const all: SubscriptionEvent[] = [];
  for (;;) {
    const step = await events.next();
    if (step.done === true) return all;
    all.push(step.value);
  }
}

describe('a subscription of a plain service', () => {
  it('gives each event with the fields of other services, asked anew for each, and with their errors', async () => {
    const { subscribe, asked } = await stitchServices(sdl, { orders, notes });
    const events = await readAll(
      subscribe('subscription { p: placed { __typename id total note made buyer { id } } }'),
    );
    const of = (n: number, note: string | null) => {
      const id = `o${n % 2}`;
      return { p: { __typename: 'Order', id, total: n, note, made: `made of ${id}`, buyer: { id } } };
    };
    expect(events.map(({ data }) => data)).toEqual([of(1, 'note of o1'), of(2, null), of(3, 'note of o1')]);
    expect(events.map(({ errors }) => errors?.map(({ code, path }) => [code, path]))).toEqual([
      undefined,
      [['UPSTREAM_ERROR', ['p', 'note']]],
      undefined,
    ]);
    expect(asked['orders']?.[0]).toMatch(/^subscription .*: orderPlaced .*id: ref/);
    expect(asked['notes']?.filter((query) => query.includes('notes')).length).toBe(3);
  });

  it('is refused with the service’s error', async () => {
    const { subscribe } = await stitchServices(sdl, { orders, notes });
    const [event, ...more] = await readAll(subscribe('subscription { refused { id } }'));
    expect(more).toEqual([]);
    expect(event).toMatchObject({ data: { refused: null }, errors: [{ code: 'UPSTREAM_ERROR', service: 'shop' }] });
  });

  it('is ended at the service when its client leaves', async () => {
    const { subscribe, asked } = await stitchServices(sdl, { orders, notes });
    const cancellation = new Cancellation();
    const events = subscribe('subscription { placed(to: 0) { id } }', requestContext({ cancellation }));
    const next = events.next();
    await vi.waitFor(() => expect(asked['orders']?.length).toBe(1));
    cancellation.cancel();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('goes over a WebSocket where the config says so', async () => {
    const service = await startSocketService({
      onMessage: ({ type, id }, socket) => {
        if (type === 'connection_init') say(socket, { type: 'connection_ack' });
        if (type !== 'subscribe') return;
        const data = { placed: { __typename: 'Order', id: 'o1' } };
        say(socket, { type: 'next', id, payload: { data } }, { type: 'complete', id });
      },
    });
    const { subscribe } = await stitchServices(sdl, { orders: { ...orders, socketUrl: service.url }, notes });
    expect(await readAll(subscribe('subscription { placed { id note } }'))).toEqual([
      { data: { placed: { id: 'o1', note: 'note of o1' } } },
    ]);
  });

  it('must be the service’s own: nothing else can be made of it', async () => {
    const made = 'type Query { a: Int } type Subscription { b: Int @delegate(to: "c") }';
    await expect(stitchServices(made, {})).rejects.toThrow(/@delegate on Subscription.b.*the service’s own/);
    const { query, unusable } = await stitchServices(
      'type Query { noteOf(id: ID!): String } type Subscription { b: Int }',
      { notes },
    );
    await query('{ noteOf(id: "1") }');
    expect((unusable[0] as ProblemsError).problems.map(({ coordinate }) => coordinate)).toEqual(['Subscription.b']);
  });
});
