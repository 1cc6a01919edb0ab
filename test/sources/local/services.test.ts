import { OperationTypeNode, parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/errors/gateway-error.ts';
import type { CallKind } from '../../../src/model/call.ts';
import type { RequestContext } from '../../../src/model/request-context.ts';
import type { FetchAnswer, SendFetch, Source } from '../../../src/model/source.ts';
import type { SubgraphSchema } from '../../../src/model/subgraph.ts';
import { defineResolvers } from '../../../src/sources/local/define-resolvers.ts';
import { createResolverSource } from '../../../src/sources/local/resolver-source.ts';
import type { EntityByKey, RootField, RootStream } from '../../../src/sources/local/service-fields.ts';
import type { FieldWithArguments } from '../../../src/sources/local/selection.ts';
import { createServices } from '../../../src/sources/local/services.ts';
import { recordingProtect } from './protect.ts';
import { readTestSubgraph } from './read-test-subgraph.ts';
import { requestContext } from './request-context.ts';

const accountsSdl = /* GraphQL */ `
  type Query {
    user(id: ID!): User
    count(since: Int): Int!
    media: [Media!]!
  }
  type Mutation {
    rename(id: ID!, name: String!): User
  }
  type Subscription {
    joined(since: Int): User!
  }
  type User @key(fields: "id") {
    id: ID!
    name(upper: Boolean): String!
    friends: [User!]!
  }
  union Media = Book | Film
  type Book {
    title: String!
    pages: Int!
  }
  type Film {
    title: String!
  }
`;

type User = {
  readonly __typename: 'User';
  readonly id: string;
  readonly name: FieldWithArguments<{ readonly upper?: boolean | null | undefined }, string>;
  readonly friends: readonly User[];
};
type Book = { readonly __typename: 'Book'; readonly title: string; readonly pages: number };
type Film = { readonly __typename: 'Film'; readonly title: string };
type Services = {
  readonly accounts: {
    readonly Query: {
      readonly user: RootField<{ readonly id: string }, User | null>;
      readonly count: RootField<{ readonly since?: number | null }, number>;
      readonly media: RootField<object, readonly (Book | Film)[]>;
    };
    readonly Mutation: { readonly rename: RootField<{ readonly id: string; readonly name: string }, User | null> };
    readonly Subscription: { readonly joined: RootStream<{ readonly since?: number | null }, User> };
    readonly User: EntityByKey<{ readonly id: string }, User>;
  };
};

type Answer = (document: string, variables: Readonly<Record<string, unknown>>) => FetchAnswer;

function connect(answer: Answer, kind: CallKind = 'query', context: RequestContext = requestContext()) {
  const sent: string[] = [];
  const contexts: RequestContext[] = [];
  const subgraphs = new Map<string, SubgraphSchema>([
    ['accounts', readTestSubgraph('accounts', accountsSdl, 'graphql')],
    ['shop', readTestSubgraph('shop', 'type Query { a: Int }')],
  ]);
  const create = createServices({
    subgraph: 'shop',
    subgraphs,
    execute: async (subgraph, document, variables, inner) => {
      const text = print(document).replaceAll(/\s+/g, ' ');
      sent.push(`${subgraph}: ${text} ${JSON.stringify(variables)}`);
      contexts.push(inner);
      return answer(text, variables);
    },
    subscribe: async function* (subgraph, document, variables, inner) {
      const text = print(document).replaceAll(/\s+/g, ' ');
      sent.push(`${subgraph}: ${text} ${JSON.stringify(variables)}`);
      contexts.push(inner);
      yield answer(text, variables);
      yield { data: null, errors: [new GatewayError('UPSTREAM_ERROR', 'Broken.', { path: ['joined'] })] };
    },
  });
  // The map above is what the generated type says.
  return { services: create(context, kind) as unknown as Services, sent, contexts };
}

const entitiesById: Answer = (_, variables) => {
  const [representations] = Object.values(variables).filter((value) => Array.isArray(value));
  return {
    data: {
      _entities: (representations as { id: string }[]).map(({ id }) =>
        id === 'none' ? null : { name: `name of ${id}` },
      ),
    },
  };
};

describe('services', () => {
  it('calls a root field with its arguments and selection', async () => {
    const { services, sent } = connect(() => ({ data: { user: { id: 'u1', friends: [] } } }));
    const user = await services.accounts.Query.user(
      { id: 'u1' },
      { id: true, friends: { id: true, name: { $args: { upper: true } } } },
    );
    expect(user).toEqual({ id: 'u1', friends: [] });
    expect(sent).toEqual([
      'accounts: query ($v0: ID!, $v1: Boolean) { user(id: $v0) { id friends { id name(upper: $v1) } } } {"v0":"u1","v1":true}',
    ]);
  });

  it('subscribes to a root field: one value for each event, until one is wrong', async () => {
    const { services, sent } = connect(() => ({ data: { joined: { id: 'u1' } } }));
    const joined = services.accounts.Subscription.joined({ since: 1 }, { id: true })[Symbol.asyncIterator]();
    expect(sent).toEqual([]);
    expect(await joined.next()).toEqual({ done: false, value: { id: 'u1' } });
    await expect(joined.next()).rejects.toMatchObject({ code: 'UPSTREAM_ERROR', path: undefined });
    expect(sent).toEqual(['accounts: subscription ($v0: Int) { joined(since: $v0) { id } } {"v0":1}']);
  });

  it('asks for what only some types of a union have', async () => {
    const { services, sent } = connect(() => ({ data: { media: [] } }));
    await services.accounts.Query.media({}, { __typename: true, title: true, $on: { Book: { pages: true } } }).catch(
      () => {},
    );
    await services.accounts.Query.media({}, { __typename: true, $on: { Book: { pages: true } } });
    expect(sent).toEqual(['accounts: { media { __typename ... on Book { pages } } } {}']);
  });

  it('fetches the entities of one selection together, each key once', async () => {
    const { services, sent } = connect(entitiesById);
    const ids = ['u1', 'u2', 'none', 'u1'];
    const users = await Promise.all(ids.map((id) => services.accounts.User({ id }, { name: true })));
    expect(users).toEqual([{ name: 'name of u1' }, { name: 'name of u2' }, null, { name: 'name of u1' }]);
    expect(sent).toEqual([
      'accounts: query ($v0: [_Any!]!) { _entities(representations: $v0) { ... on User { name } } } ' +
        '{"v0":[{"id":"u1","__typename":"User"},{"id":"u2","__typename":"User"},{"id":"none","__typename":"User"}]}',
    ]);
  });

  it('remembers what it has asked in a query, and forgets it in a mutation', async () => {
    const asked = async (kind: CallKind) => {
      const { services, sent } = connect(
        (document, variables) =>
          document.includes('_entities') ? entitiesById(document, variables) : { data: { count: 1 } },
        kind,
      );
      for (let time = 0; time < 2; time += 1) {
        await services.accounts.Query.count({ since: 3 });
        await services.accounts.User({ id: 'u1' }, { name: true });
      }
      return sent.length;
    };
    expect(await asked('query')).toBe(2);
    expect(await asked('mutation')).toBe(4);
  });

  it('rejects only the entity that an error is about', async () => {
    const error = new GatewayError('UPSTREAM_ERROR', 'Failed.', {
      service: 'accounts',
      path: ['_entities', 1, 'name'],
    });
    const { services } = connect(() => ({ data: { _entities: [{ name: 'a' }, { name: null }] }, errors: [error] }));
    const results = await Promise.allSettled(['u1', 'u2'].map((id) => services.accounts.User({ id }, { name: true })));
    expect(results).toEqual([
      { status: 'fulfilled', value: { name: 'a' } },
      {
        status: 'rejected',
        reason: expect.objectContaining({ code: 'UPSTREAM_ERROR', service: 'accounts', path: undefined }),
      },
    ]);
  });

  it.each<[string, FetchAnswer, string]>([
    ['the call failed', { data: null, errors: [new GatewayError('UPSTREAM_TIMEOUT', 'Slow.')] }, 'UPSTREAM_TIMEOUT'],
    ['the list is too short', { data: { _entities: [] } }, 'UPSTREAM_BAD_RESPONSE'],
  ])('rejects every entity when %s', async (_, answer, code) => {
    const { services } = connect(() => answer);
    const results = await Promise.allSettled(['u1', 'u2'].map((id) => services.accounts.User({ id }, { name: true })));
    expect(results).toMatchObject([{ reason: { code } }, { reason: { code } }]);
  });

  it('rejects a root field with the service’s error, partial data or not', async () => {
    const error = new GatewayError('FORBIDDEN', 'No.', { service: 'accounts' });
    const { services } = connect(() => ({ data: { user: { id: 'u1' } }, errors: [error] }));
    await expect(services.accounts.Query.user({ id: 'u1' }, { id: true })).rejects.toMatchObject({
      code: 'FORBIDDEN',
      service: 'accounts',
      path: undefined,
    });
  });

  it('changes something only for a mutation', async () => {
    const renamed = () => ({ data: { rename: null } });
    const call = (kind: CallKind) =>
      connect(renamed, kind).services.accounts.Mutation.rename({ id: 'u1', name: 'b' }, { id: true });
    await expect(call('query')).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
    expect(await call('mutation')).toBeNull();
  });

  it('refuses what the service has not, without asking', async () => {
    const { services, sent } = connect(() => ({ data: {} }));
    // @ts-expect-error no such field
    await expect(services.accounts.User({ id: 'u1' }, { name: true, nmae: true })).rejects.toMatchObject({
      detail: 'services: User has no field "nmae".',
    });
    // @ts-expect-error no such argument
    await expect(services.accounts.Query.count({ untill: 1 })).rejects.toMatchObject({
      detail: 'services: count has no argument "untill".',
    });
    // @ts-expect-error nothing selected
    await expect(services.accounts.User({ id: 'u1' })).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
    expect(sent).toEqual([]);
  });

  it('runs as the caller, and never has its own subgraph', async () => {
    const context = requestContext({ requestId: 'r9' });
    const { services, contexts } = connect(() => ({ data: { count: 1 } }), 'query', context);
    await services.accounts.Query.count({});
    expect(contexts[0]).toMatchObject({ requestId: 'r9', caller: context.caller, cancellation: context.cancellation });
    expect(Object.keys(services)).toEqual(['accounts']);
  });
});

describe('resolver subgraphs', () => {
  const sdl = (field: string) => `type Query { ${field}: Int }`;

  it('do not call each other in a circle', async () => {
    const subgraphs = new Map(['one', 'two'].map((name) => [name, readTestSubgraph(name, sdl(name))]));
    const calling =
      (other: string) =>
      (
        _: unknown,
        __: unknown,
        { services }: { services: Record<string, { Query: Record<string, (args: object) => unknown> }> },
      ) =>
        services[other]?.Query[other]?.({});
    const sources: ReadonlyMap<string, Source> = new Map(
      [...subgraphs].map(([name, subgraph]) => [
        name,
        createResolverSource({
          subgraph,
          resolvers: { Query: { [name]: calling(name === 'one' ? 'two' : 'one') } },
          services: createServices({
            subgraph: name,
            subgraphs,
            execute: (target, document, variables, context) => send(target, print(document))({ variables }, context),
            subscribe: () => {
              throw new Error('not subscribed to');
            },
          }),
          protect: recordingProtect().protect,
          policyOf: () => ({}),
        }),
      ]),
    );
    const send = (name: string, operation: string): SendFetch => {
      const source = sources.get(name);
      if (source === undefined) throw new Error(name);
      return source.prepare({
        subgraph: name,
        operationKind: OperationTypeNode.QUERY,
        operation,
        document: parse(operation),
        operationName: undefined,
      });
    };
    const { errors } = await send('one', '{ one }')({ variables: {} }, requestContext());
    expect(errors?.[0]).toMatchObject({
      code: 'INTERNAL_ERROR',
      detail: expect.stringContaining('one → two → one'),
      path: ['one'],
    });
  });

  it('load by hand in one batch for all fetches of a request, each key once', async () => {
    const batches: (readonly unknown[])[] = [];
    const doubles = async (keys: readonly number[]) => {
      batches.push(keys);
      return keys.map((key) => (key === 3 ? new GatewayError('BAD_USER_INPUT', 'Not three.') : key * 2));
    };
    const source = createResolverSource({
      subgraph: readTestSubgraph('shop', 'type Query { double(of: Int!): Int }'),
      resolvers: defineResolvers({
        Query: {
          double: (_: unknown, { of }: { of: number }, { load }: { load: (batch: unknown, key: number) => unknown }) =>
            load(doubles, of),
        },
      }),
      services: () => ({}),
      protect: recordingProtect().protect,
      policyOf: () => ({}),
    });
    const operation = '{ a: double(of: 1) b: double(of: 2) c: double(of: 3) d: double(of: 1) }';
    const send = source.prepare({
      subgraph: 'shop',
      operationKind: OperationTypeNode.QUERY,
      operation,
      document: parse(operation),
      operationName: undefined,
    });
    const context = requestContext();
    const answer = await send({ variables: {} }, context);
    expect(answer).toMatchObject({
      data: { a: 2, b: 4, c: null, d: 2 },
      errors: [{ code: 'BAD_USER_INPUT', path: ['c'] }],
    });
    await send({ variables: {} }, context);
    expect(batches).toEqual([[1, 2, 3]]);
    await send({ variables: {} }, requestContext());
    expect(batches).toHaveLength(2);
  });
});
