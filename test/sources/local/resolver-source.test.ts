import { GraphQLScalarType, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/errors/gateway-error.ts';
import { ProblemsError } from '../../../src/errors/problem.ts';
import type { CallPolicy, Protect } from '../../../src/model/call.ts';
import { Cancellation } from '../../../src/model/cancellation.ts';
import type { FetchAnswer } from '../../../src/model/source.ts';
import { createResolverSource } from '../../../src/sources/local/resolver-source.ts';
import type { CreateServices } from '../../../src/sources/local/services.ts';
import { recordingProtect } from './protect.ts';
import { readTestSubgraph } from './read-test-subgraph.ts';
import { requestContext } from './request-context.ts';

type Setup = {
  readonly resolvers: unknown;
  readonly services?: CreateServices;
  readonly protect?: Protect;
  readonly policy?: CallPolicy;
};

function source(
  sdl: string,
  { resolvers, services = () => ({}), protect = recordingProtect().protect, policy = {} }: Setup,
) {
  const subgraph = readTestSubgraph('shop', sdl);
  return createResolverSource({ subgraph, resolvers, module: 'shop.ts', services, protect, policyOf: () => policy });
}

function prepared(sdl: string, setup: Setup) {
  const own = source(sdl, setup);
  return (operation: string, variables: Record<string, unknown> = {}, context = requestContext()) =>
    own.prepare(toFetch(operation))({ variables }, context);
}

function toFetch(operation: string) {
  const document = parse(operation);
  const operationKind = /^(mutation|subscription)/.exec(operation)?.[0] ?? 'query';
  return { subgraph: 'shop', operationKind: operationKind as never, operation, document, operationName: undefined };
}

const toErrors = ({ errors = [] }: FetchAnswer) =>
  errors.map(({ code, path, service }) => [code, path?.join('.'), service]);

const orderSdl = /* GraphQL */ `
  type Query {
    hello(name: String = "you"): String!
  }
  type Order @key(fields: "id") {
    id: ID!
    total: Int @external
    isLarge: Boolean! @requires(fields: "total")
  }
`;
const hello = { Query: { hello: (_: unknown, { name }: { name: string }) => `Hello ${name}` } };
const entitiesQuery = 'query($r: [_Any!]!) { _entities(representations: $r) { ... on Order { id isLarge } } }';

describe('a resolver subgraph', () => {
  it('runs its resolvers with coerced arguments', async () => {
    const query = prepared(orderSdl, { resolvers: hello });
    expect(await query('query($n: String) { hello a: hello(name: $n) }', { n: 'Ada' })).toEqual({
      data: { hello: 'Hello you', a: 'Hello Ada' },
      errors: undefined,
    });
  });

  it('gives an entity of its representation, required fields included', async () => {
    const isLarge = ({ total }: { total: number }) => total > 100;
    const query = prepared(orderSdl, { resolvers: { ...hello, Order: { isLarge } } });
    const r = [
      { __typename: 'Order', id: 'o1', total: 500 },
      { __typename: 'Order', id: 'o2', total: 5 },
    ];
    expect((await query(entitiesQuery, { r })).data).toEqual({
      _entities: [
        { id: 'o1', isLarge: true },
        { id: 'o2', isLarge: false },
      ],
    });
  });

  it('gives an entity of its reference resolver, null where there is none', async () => {
    const __resolveReference = async ({ id }: { id: string }) => (id === 'o1' ? { id, isLarge: true } : null);
    const query = prepared(orderSdl, { resolvers: { ...hello, Order: { __resolveReference } } });
    const r = ['o1', 'o2'].map((id) => ({ __typename: 'Order', id }));
    expect(await query(entitiesQuery, { r })).toEqual({
      data: { _entities: [{ id: 'o1', isLarge: true }, null] },
      errors: undefined,
    });
  });

  it('refuses entities that are not its own', async () => {
    const query = prepared(orderSdl, { resolvers: hello });
    const answer = await query(entitiesQuery, { r: [{ __typename: 'Query' }, 'Order'] });
    expect(answer.data).toEqual({ _entities: [null, null] });
    expect(toErrors(answer)).toEqual([
      ['INTERNAL_ERROR', '_entities.0', 'shop'],
      ['INTERNAL_ERROR', '_entities.1', 'shop'],
    ]);
  });

  it('writes scalars, enums and abstract types as their resolvers say', async () => {
    const sdl = /* GraphQL */ `
      scalar Day
      enum Size {
        SMALL
        LARGE
      }
      interface Thing {
        name: String!
      }
      type Box implements Thing {
        name: String!
        size: Size!
        made: Day!
      }
      type Query {
        thing: Thing!
        bySize(size: Size!): Boolean!
      }
    `;
    const Day = new GraphQLScalarType({
      name: 'Day',
      serialize: (value) => (value as Date).toISOString().slice(0, 10),
    });
    const query = prepared(sdl, {
      resolvers: {
        Day,
        Size: { SMALL: 1, LARGE: 2 },
        Thing: { __resolveType: () => 'Box' },
        Query: {
          thing: () => ({ name: 'box', size: 2, made: new Date('2026-03-04T05:06:07Z') }),
          bySize: (_: unknown, { size }: { size: unknown }) => size === 1,
        },
      },
    });
    expect((await query('{ thing { __typename name ... on Box { size made } } bySize(size: SMALL) }')).data).toEqual({
      thing: { __typename: 'Box', name: 'box', size: 'LARGE', made: '2026-03-04' },
      bySize: true,
    });
  });

  it('tells the caller, headers and what else a resolver may know', async () => {
    const caller = { kind: 'authenticated', claims: { sub: 'u1' }, scopes: new Set(['a']) } as const;
    const resolve = (_: unknown, __: unknown, context: Record<string, unknown>) =>
      JSON.stringify([
        Object.keys(context).toSorted(),
        (context.caller as typeof caller).claims,
        (context.header as (name: string) => string)('x'),
      ]);
    const query = prepared(orderSdl, { resolvers: { Query: { hello: resolve } } });
    const { data } = await query('{ hello }', {}, requestContext({ caller, header: (name) => `${name}!` }));
    expect(JSON.parse(String(data?.hello))).toEqual([
      ['caller', 'header', 'load', 'services', 'signal'],
      { sub: 'u1' },
      'x!',
    ]);
  });
});

describe('an error of a resolver', () => {
  const sdl = 'type Query { list: [Item] required: Item! }  type Item { name: String! }';
  const throwing = (error: unknown) => ({
    list: () => [{ name: 'a' }, { name: () => Promise.reject(error) }],
    required: () => null,
  });

  it('keeps its code and stands at its exact path', async () => {
    const error = new GatewayError('BAD_USER_INPUT', 'No such thing.', { extensions: { hint: 1 } });
    const query = prepared(sdl, { resolvers: { Query: throwing(error) } });
    const answer = await query('{ items: list { title: name } }');
    expect(answer.data).toEqual({ items: [{ title: 'a' }, null] });
    expect(answer.errors?.[0]).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['items', 1, 'title'],
      service: 'shop',
      extensions: { hint: 1 },
    });
  });

  it('is our own fault when it is anything else, its words kept from clients', async () => {
    const cause = new TypeError('password of 10.0.0.7 is wrong');
    const query = prepared(sdl, { resolvers: { Query: throwing(cause) } });
    const answer = await query('{ list { name } }');
    expect(answer.errors?.[0]).toMatchObject({
      code: 'INTERNAL_ERROR',
      message: 'A resolver failed.',
      path: ['list', 1, 'name'],
      detail: 'Item.name: password of 10.0.0.7 is wrong',
      cause,
    });
  });

  it('covers a missing value that must be there', async () => {
    const answer = await prepared(sdl, { resolvers: { Query: throwing('') } })('{ required { name } }');
    expect(answer.data).toBeNull();
    expect(toErrors(answer)).toEqual([['INTERNAL_ERROR', 'required', 'shop']]);
  });

  it('answers, not rejects, when the policies end the call', async () => {
    const protect: Protect = () => () => Promise.reject(new GatewayError('UPSTREAM_TIMEOUT', 'Too slow.'));
    const answer = await prepared(sdl, { resolvers: { Query: throwing('') }, protect })('{ list { name } }');
    expect(toErrors(answer)).toEqual([['UPSTREAM_TIMEOUT', undefined, 'shop']]);
  });

  it('stops running when its time is over', async () => {
    const cancellation = new Cancellation();
    const aborted = Promise.withResolvers<unknown>();
    const hangs = (_: unknown, __: unknown, { signal }: { signal: AbortSignal }) => {
      signal.addEventListener('abort', () => aborted.resolve(signal.reason));
      queueMicrotask(() => cancellation.cancel(new GatewayError('DEADLINE_EXCEEDED', 'Too late.')));
      return new Promise(() => {});
    };
    const query = prepared(sdl, { resolvers: { Query: { list: hangs, required: hangs } } });
    const answer = await query('{ list { name } }', {}, requestContext({ cancellation }));
    expect(answer.errors?.[0]?.code).toBe('DEADLINE_EXCEEDED');
    expect(await aborted.promise).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });

  it.each([
    ['runs again where the schema asks for it', { retry: { attempts: 1 } }, 2],
    ['does not run again by itself', {}, 1],
  ])('%s', async (_, policy, expected) => {
    let runs = 0;
    const list = () => {
      runs += 1;
      throw new GatewayError('UPSTREAM_UNAVAILABLE', 'Gone.', { retry: 'may-retry' });
    };
    const again: Protect = (attempt) => async (request, context) => {
      const call = { context, number: 1, cancellation: context.cancellation, timeoutMs: 1 };
      return attempt(request, call).catch(() => attempt(request, call));
    };
    const answer = await prepared(sdl, { resolvers: { Query: { list, required: list } }, protect: again, policy })(
      '{ list { name } }',
    );
    expect(runs).toBe(expected);
    expect(answer).toMatchObject({ data: { list: null }, errors: [{ code: 'UPSTREAM_UNAVAILABLE', path: ['list'] }] });
  });
});

describe('a subscription of a resolver subgraph', () => {
  const sdl =
    'type Query { a: Int } type Subscription { ticks(to: Int!): Tick! }  type Tick { number: Int! double: Int! }';

  function ticking(end: () => void = () => {}) {
    async function* ticks(_: unknown, { to }: { to: number }) {
      try {
        for (let number = 1; number <= to; number += 1) yield { ticks: { number } };
      } finally {
        end();
      }
    }
    const double = ({ number }: { number: number }) => {
      if (number === 2) throw new GatewayError('BAD_USER_INPUT', 'Two is enough.');
      return number * 2;
    };
    return source(sdl, {
      resolvers: { Query: { a: () => 1 }, Subscription: { ticks: { subscribe: ticks } }, Tick: { double } },
    });
  }

  it('gives one answer for each event and ends with its iterator', async () => {
    const answers: unknown[] = [];
    const stream = ticking().prepareSubscription(toFetch('subscription { ticks(to: 3) { number double } }'));
    for await (const { data, errors } of stream({ variables: {} }, requestContext()))
      answers.push([data, errors?.[0]?.code]);
    expect(answers).toEqual([
      [{ ticks: { number: 1, double: 2 } }, undefined],
      [null, 'BAD_USER_INPUT'],
      [{ ticks: { number: 3, double: 6 } }, undefined],
    ]);
  });

  it('ends the iterator when the client leaves', async () => {
    const ended = Promise.withResolvers<void>();
    const stream = ticking(() => ended.resolve()).prepareSubscription(
      toFetch('subscription { ticks(to: 1000000) { number } }'),
    );
    for await (const { data } of stream({ variables: {} }, requestContext())) {
      expect(data).toEqual({ ticks: { number: 1 } });
      break;
    }
    await ended.promise;
  });

  it('ends, and its iterator with it, when it is cancelled while it waits', async () => {
    const ended = Promise.withResolvers<void>();
    const cancellation = new Cancellation();
    const events: AsyncIterableIterator<unknown> = {
      [Symbol.asyncIterator]: () => events,
      next: () => {
        queueMicrotask(() => cancellation.cancel(new Error('gone')));
        return new Promise(() => {});
      },
      return: () => {
        ended.resolve();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
    const waiting = source(sdl, {
      resolvers: { Query: { a: () => 1 }, Subscription: { ticks: { subscribe: () => events } } },
    });
    const stream = waiting.prepareSubscription(toFetch('subscription { ticks(to: 1) { number } }'));
    for await (const answer of stream({ variables: {} }, requestContext({ cancellation })))
      throw new Error(JSON.stringify(answer));
    await ended.promise;
  });

  it('goes on after an event that took too long', async () => {
    let calls = 0;
    const protect: Protect = (attempt) => (request, context) => {
      calls += 1;
      if (calls === 1) return Promise.reject(new GatewayError('UPSTREAM_TIMEOUT', 'Too slow.'));
      return attempt(request, { context, number: 1, cancellation: context.cancellation, timeoutMs: 1 });
    };
    async function* ticks() {
      yield { ticks: { number: 1 } };
      yield { ticks: { number: 2 } };
    }
    const slow = source(sdl, {
      protect,
      resolvers: { Query: { a: () => 1 }, Subscription: { ticks: { subscribe: ticks } } },
    });
    const stream = slow.prepareSubscription(toFetch('subscription { ticks(to: 1) { number } }'));
    const answers: FetchAnswer[] = [];
    for await (const answer of stream({ variables: {} }, requestContext())) answers.push(answer);
    expect(answers).toMatchObject([
      { data: null, errors: [{ code: 'UPSTREAM_TIMEOUT' }] },
      { data: { ticks: { number: 2 } } },
    ]);
  });

  it('names its field to operators where its iterator fails', async () => {
    const cause = new Error('the clock of 10.0.0.7 has stopped');
    async function* ticks() {
      yield { ticks: { number: 1 } };
      throw cause;
    }
    const failing = source(sdl, {
      resolvers: { Query: { a: () => 1 }, Subscription: { ticks: { subscribe: ticks } } },
    });
    const stream = failing.prepareSubscription(toFetch('subscription { ticks(to: 1) { number } }'));
    const answers: FetchAnswer[] = [];
    for await (const answer of stream({ variables: {} }, requestContext())) answers.push(answer);
    expect(answers[1]?.errors?.[0]).toMatchObject({
      code: 'INTERNAL_ERROR',
      message: 'A resolver failed.',
      detail: 'Subscription.ticks: the clock of 10.0.0.7 has stopped',
      service: 'shop',
      cause,
    });
  });

  it('tells why it could not be opened', async () => {
    const failing = source(sdl, {
      resolvers: {
        Query: { a: () => 1 },
        Subscription: { ticks: { subscribe: () => Promise.reject(new GatewayError('FORBIDDEN', 'Not you.')) } },
      },
    });
    const stream = failing.prepareSubscription(toFetch('subscription { ticks(to: 1) { number } }'));
    const answers: FetchAnswer[] = [];
    for await (const answer of stream({ variables: {} }, requestContext())) answers.push(answer);
    expect(answers).toMatchObject([{ data: null, errors: [{ code: 'FORBIDDEN', service: 'shop' }] }]);
  });
});

describe('resolvers that do not fit the schema', () => {
  it('are refused whole, with what was meant', () => {
    const sdl = /* GraphQL */ `
      type Query {
        a: Int
        b: Int
      }
      type Subscription {
        s: Int
      }
      enum Size {
        SMALL
      }
      scalar Day
      input In {
        x: Int
      }
      type Order {
        id: ID
        isOverdue: Boolean
      }
      union Any = Order
    `;
    const resolvers = {
      Query: { a: 7, c: () => 1 },
      Subscription: { s: () => 1 },
      Size: { SMAL: 1 },
      Day: {},
      In: { x: () => 1 },
      Order: { isOverDue: () => true },
      Any: { resolveType: () => 'Order' },
      Ordr: {},
    };
    let thrown: unknown;
    try {
      source(sdl, { resolvers });
    } catch (error) {
      thrown = error;
    }
    if (!(thrown instanceof ProblemsError)) throw thrown;
    expect(thrown.problems.map(({ message, remedy }) => `${message} ${remedy ?? ''}`)).toMatchInlineSnapshot(`
      [
        "Query.a is no function. ",
        "Query.c is no field of the schema. Did you mean "a"?",
        "Subscription.s is no object with a subscribe function. ",
        "Size.SMAL is no value of the enum. Did you mean "SMALL"?",
        "Day is a scalar: expected a GraphQLScalarType. ",
        "In is an input type, which has no resolvers. ",
        "Order.isOverDue is no field of the schema. Did you mean "isOverdue"?",
        "Any.resolveType is not used: interfaces and unions have one function, __resolveType. ",
        "Ordr is no type of the schema. Did you mean "Order"?",
        "Query.b has no resolver. Add b under Query.",
      ]
    `);
    expect(thrown.problems[0]).toMatchObject({ subgraph: 'shop', places: [{ file: 'shop.ts', line: 1, column: 1 }] });
  });

  it('are refused when they are no object', () => {
    expect(() => source(orderSdl, { resolvers: 'hello' })).toThrow(/no object of resolvers/);
  });
});
