import { expect, it } from 'vitest';
import { createIdentityOf } from '../../src/gateway/subscriber-identity.ts';
import type { RequestContext } from '../../src/model/request-context.ts';
import type { SubgraphInput } from '../../src/model/subgraph.ts';
import { readSubgraph } from '../../src/subgraph/read-subgraph.ts';
import { createTestContext } from '../sources/http/test-context.ts';

/** Whether a subgraph may be subscribed to once for both. */
function sharesBetween(sdl: string, kind: SubgraphInput['kind'], contexts: readonly Partial<RequestContext>[]) {
  const { subgraph } = readSubgraph({
    name: 's',
    kind,
    schema: [{ name: 's', text: sdl }],
    url: kind === 'graphql' ? 'http://localhost' : 'memory:',
  });
  expect(subgraph).toBeDefined();
  const headers = ({ header }: RequestContext) => ({ 'x-user': header('x-user') ?? '' });
  const identityOf = createIdentityOf(subgraph, { headers, forward: ['X-Tenant'] });
  return identityOf === undefined
    ? null
    : new Set(contexts.map((context) => identityOf(createTestContext(context)))).size === 1;
}

const news = 'type Query { a: Int @request(topic: "a") } type Subscription { news: String @subscribe(topic: "news") }';
const own =
  'type Query { a: Int @request(topic: "a") } type Subscription { news: String @subscribe(topic: "news.{claims.sub}") }';
const whole =
  'type Query { a: Int @request(topic: "a", payload: "{ all: @ }") } type Subscription { news: String @subscribe(topic: "news") }';
const any =
  'type Query { a: Int @request(topic: "a", payload: "*.sub") } type Subscription { news: String @subscribe(topic: "news") }';
const wildcard =
  '"claims are not read" type Query { a: Int @request(topic: "a") } type Subscription { news: String @subscribe(topic: "news.*") }';
const plain = 'type Query { a: Int } type Subscription { news: String }';
const caller = (sub: string): RequestContext['caller'] => ({
  kind: 'authenticated',
  claims: { sub },
  scopes: new Set(),
});
const callers = [{ caller: caller('u1') }, { caller: caller('u2') }, {}];
const sending = (name: string) =>
  ['a', 'b'].map((value) => ({ header: (asked: string) => (asked === name ? value : null) }));

it.each([
  ['a topic for all', news, 'auto', callers, true],
  ['a topic of the caller', own, 'auto', callers, false],
  ['a payload of all that there is', whole, 'auto', callers, false],
  ['a payload of whatever there is', any, 'auto', callers, false],
  ['a topic with a wildcard', wildcard, 'auto', callers, true],
  ['a header that is forwarded', news, 'auto', sending('x-tenant'), false],
  ['a header that is made of the caller', plain, 'graphql', sending('x-user'), false],
  ['a header that stays here', plain, 'graphql', sending('x-other'), true],
  ['resolvers', plain, 'resolvers', [{}, {}], null],
] as const)('knows who may share a stream: %s', (_, sdl, kind, contexts, shares) => {
  expect(sharesBetween(sdl, kind, contexts)).toBe(shares);
});
