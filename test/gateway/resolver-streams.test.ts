import { expect, it } from 'vitest';
import { memoryBus } from '../../src/sources/bound/brokers/memory.ts';
import { openEventStream } from './open-event-stream.ts';
import { openTestGateway } from './test-gateway.ts';

const RESOLVERS = `
export default {
  Query: { b: () => 1 },
  Subscription: {
    loud: {
      subscribe: async function* (_, { times }, { services }) {
        for await (const { text } of services.news.Subscription.news({}, { text: true })) {
          yield { loud: text.toUpperCase().repeat(times) };
        }
      },
    },
    whispered: {
      subscribe: async function* (_, __, { services }) {
        for await (const text of services.news.Subscription.secret({})) yield { whispered: text };
      },
    },
  },
};
`;

it('lets resolvers subscribe to other subgraphs, as the caller, for as long as the client stays', async () => {
  const url = 'memory:resolver-streams';
  const { listen } = await openTestGateway({
    subgraphs: {
      news: {
        sdl: `type News { text: String! }
              type Subscription { news: News! @subscribe(topic: "news") secret: String @subscribe(topic: "secret") @authenticated }`,
        url,
      },
      front: {
        sdl: 'type Query { b: Int } type Subscription { loud(times: Int!): String! whispered: String }',
        resolvers: './front.js',
      },
    },
    files: { 'front.js': RESOLVERS, 'package.json': '{"type":"module"}' },
  });
  const at = await listen();
  const stream = await openEventStream(at, 'subscription { loud(times: 2) }');
  const send = (): number => memoryBus(url).send({ topic: 'news', body: '{"text":"rain"}' });
  await expect.poll(send).toBe(1);
  expect(await stream.next()).toEqual({ data: { loud: 'RAINRAIN' } });
  stream.leave();
  await expect.poll(send).toBe(0);
  const refused = await openEventStream(at, 'subscription { whispered }');
  expect(await refused.next()).toMatchObject({
    errors: [{ extensions: { code: 'UNAUTHORIZED_FIELD', service: 'news' } }],
  });
  expect(await refused.next()).toBe('end');
});
