import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/errors/gateway-error.ts';
import type { ExpressionRoots } from '../../../src/model/expression.ts';
import type { FetchAnswer } from '../../../src/model/source.ts';
import type { BindingClient, StreamEvent } from '../../../src/sources/bound/binding-client.ts';
import { createBoundSource } from '../../../src/sources/bound/bound-source.ts';
import { readSubgraph } from '../../../src/subgraph/read-subgraph.ts';
import { createTestContext, createTestProtect } from '../http/test-context.ts';
import { plain } from './bound-subgraph.ts';

const sdl = `
  type Query { x: Int @request(topic: "x") }
  type Mutation {
    ship(id: ID!, carrier: String = "Loom"): Shipping! @publish(topic: "orders.ship")
    ping(id: ID!): Boolean! @publish(topic: "ping")
  }
  type Subscription { moved(id: ID!): Parcel! @subscribe(topic: "parcels.{id}", select: "parcel") }
  type Shipping { id: ID! order: Order @map(from: "{ id: id }") carrier: String }
  type Order @key(fields: "id", resolvable: false) { id: ID! }
  type Parcel { id: ID! place: Place @request(topic: "places", payload: "{ id: this.id }") }
  type Place { name: String }
`;

type Wire = {
  readonly calls?: (roots: ExpressionRoots) => unknown;
  readonly stream?: (after: string | undefined) => AsyncIterable<StreamEvent>;
};

/** A queue-backed subgraph whose wire is the test's; what went over it is logged as JSON. */
function parcels({ calls = () => null, stream = async function* () {} }: Wire) {
  const { subgraph, problems } = readSubgraph({
    name: 'parcels',
    kind: 'auto',
    schema: [{ name: 'p.graphql', text: sdl }],
    url: 'memory:',
  });
  expect(problems).toEqual([]);
  if (subgraph === undefined) throw new Error('The schema could not be read.');
  const log: string[] = [];
  const client: BindingClient = {
    prepare: (binding) => async (roots) => {
      log.push(`${binding.coordinate} ${JSON.stringify({ args: roots.args, this: roots.this })}`);
      return calls(roots);
    },
    prepareStream:
      (binding) =>
      (roots, { after }) => {
        log.push(`${binding.coordinate} ${JSON.stringify(roots.args)}`);
        return stream(after);
      },
    close: async () => {},
  };
  const source = createBoundSource({
    subgraph,
    clients: { of: () => client, close: client.close },
    protect: createTestProtect(),
    forward: [],
  });
  const toFetch = (operation: string, operationKind: 'mutation' | 'subscription') =>
    ({ subgraph: 'parcels', operationKind, operation, document: parse(operation), operationName: undefined }) as const;
  return {
    log,
    mutate: async (operation: string) =>
      plain(await source.prepare(toFetch(operation, 'mutation'))({ variables: {} }, createTestContext())),
    subscribe: (operation: string, variables = {}, after?: string) =>
      source.prepareSubscription(toFetch(operation, 'subscription'))({ variables, after }, createTestContext()),
  };
}

describe('a publish', () => {
  it('gives what was published, defaults included, to a field of an object type', async () => {
    const { mutate, log } = parcels({ calls: ({ args }) => args });
    expect((await mutate('mutation { ship(id: "1") { id carrier order { __typename id } } }')).data).toEqual({
      ship: { id: '1', carrier: 'Loom', order: { __typename: 'Order', id: '1' } },
    });
    expect(log).toEqual(['Mutation.ship {"args":{"id":"1","carrier":"Loom"},"this":{}}']);
  });

  it('gives true to a Boolean field', async () => {
    expect((await parcels({ calls: ({ args }) => args }).mutate('mutation { ping(id: "1") }')).data).toEqual({
      ping: true,
    });
  });

  it('is an error when the broker has not acknowledged it', async () => {
    const { mutate } = parcels({
      calls: () => {
        throw new GatewayError('PUBLISH_OUTCOME_UNKNOWN', 'Lost.');
      },
    });
    expect(await mutate('mutation { ping(id: "1") }')).toMatchObject({
      data: { ping: null },
      errors: ['PUBLISH_OUTCOME_UNKNOWN at ping'],
    });
  });
});

describe('a subscription', () => {
  const operation = 'subscription ($id: ID!) { at: moved(id: $id) { id place { name } } }';
  const collect = async (events: AsyncIterable<FetchAnswer>) => {
    const seen: unknown[] = [];
    for await (const event of events) {
      const { data, errors } = plain(event);
      seen.push(errors.length === 0 ? data : [data, ...errors]);
    }
    return seen;
  };

  it('gives an answer for each message, with what its fields call for', async () => {
    const { subscribe, log } = parcels({
      calls: (roots) => ({ name: `near ${String(roots.this?.['id'])}` }),
      stream: async function* () {
        yield { message: { parcel: { id: 1 } } };
        yield { message: { parcel: { id: 1 } } };
      },
    });
    expect(await collect(subscribe(operation, { id: '7' }))).toEqual(
      Array(2).fill({ at: { id: '1', place: { name: 'near 1' } } }),
    );
    expect(log).toEqual([
      'Subscription.moved {"id":"7"}',
      ...Array(2).fill('Parcel.place {"args":{},"this":{"id":1}}'),
    ]);
  });

  it('goes on after a message that cannot be used', async () => {
    const { subscribe } = parcels({
      stream: async function* () {
        yield { message: new GatewayError('UPSTREAM_BAD_RESPONSE', 'Not JSON.') };
        yield { message: { parcel: ['no object'] } };
        yield { message: { parcel: { id: 2 } } };
      },
    });
    expect(await collect(subscribe('subscription { moved(id: "1") { id } }'))).toEqual([
      [{ moved: null }, 'UPSTREAM_BAD_RESPONSE at moved'],
      [{ moved: null }, 'UPSTREAM_BAD_RESPONSE at moved'],
      { moved: { id: '2' } },
    ]);
  });

  it("asks for what comes after a cursor, and gives each event's own", async () => {
    const { subscribe } = parcels({
      stream: async function* (after) {
        yield { message: { parcel: { id: after } }, cursor: '8' };
        yield { message: new GatewayError('UPSTREAM_BAD_RESPONSE', 'Not JSON.'), cursor: '9' };
        yield { message: { parcel: { id: 3 } } };
      },
    });
    const seen: unknown[] = [];
    for await (const event of subscribe('subscription { moved(id: "1") { id } }', {}, '7')) {
      seen.push([plain(event).data, event.cursor]);
    }
    expect(seen).toEqual([
      [{ moved: { id: '7' } }, '8'],
      [{ moved: null }, '9'],
      [{ moved: { id: '3' } }, undefined],
    ]);
  });

  it('ends in an error of the service when the stream breaks', async () => {
    const { subscribe } = parcels({
      // oxlint-disable-next-line require-yield -- it breaks before its first message
      stream: async function* () {
        throw new GatewayError('UPSTREAM_UNAVAILABLE', 'Gone.');
      },
    });
    await expect(collect(subscribe(operation, { id: '1' }))).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      service: 'parcels',
    });
  });
});
