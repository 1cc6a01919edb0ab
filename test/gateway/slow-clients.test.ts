import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { memoryBus } from '../../src/sources/bound/brokers/memory.ts';
import { openEventStream } from './open-event-stream.ts';
import { openTestGateway, postOf } from './test-gateway.ts';

const query = 'subscription { news }';

/** A client that reads nothing until it is told to: then all that there is, to the text that ends it. */
type SlowClient = { readonly readOn: (last: string) => Promise<string> };

function over(accept: string): (url: string) => Promise<SlowClient> {
  return async (url) => {
    const { method, headers, body } = postOf({ query }, { accept });
    const sent = request(url, { method, headers }).end(body);
    onTestFinished(() => void sent.destroy());
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return {
      readOn: async (last) => {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) {
          text = (text + String(chunk)).slice(-5000);
          if (text.includes(last)) break;
        }
        return text;
      },
    };
  };
}

async function overWebSocket(url: string): Promise<SlowClient> {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  socket.pause();
  return {
    readOn: async (last) => {
      const read = new Promise<string>((resolve) => {
        let text = '';
        socket.on('message', (data: Buffer) => {
          text = `${text}${data.toString()}\n`.slice(-5000);
          if (text.includes(last)) resolve(text);
        });
      });
      socket.resume();
      return read;
    },
  };
}

it.each([
  ['server-sent events', over('text/event-stream'), 'event: complete'],
  ['multipart', over('multipart/mixed'), '--graphql--'],
  ['a WebSocket', overWebSocket, '"complete"'],
])('ends a client over %s that falls behind with a named error, and no other', async (name, open, last) => {
  const url = `memory:slow-${name.replaceAll(' ', '-')}`;
  const bus = memoryBus(url);
  const sdl = 'type Subscription { news: String @subscribe(topic: "news") }';
  const idle = { sdl: 'type Query { a: Int }', url: 'http://127.0.0.1:9' };
  const { listen } = await openTestGateway({ subgraphs: { idle, news: { sdl, url } } });
  const at = await listen();
  const fast = await openEventStream(at, query);
  const slow = await open(at);
  const body = JSON.stringify('x'.repeat(100_000));
  const send = (): number => bus.send({ topic: 'news', body });
  await expect.poll(send).toBe(1);
  for (let count = 0; count < 600; count += 1) {
    send();
    expect(await fast.next()).toMatchObject({ data: { news: expect.any(String) as string } });
  }
  const text = await slow.readOn(last);
  expect(text).toContain('SUBSCRIPTION_INTERRUPTED');
  expect(text).toContain('SLOW_SUBSCRIBER');
});
