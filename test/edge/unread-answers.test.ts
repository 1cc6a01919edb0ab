import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UnreadAnswers } from '../../src/edge/unread-answers.ts';
import { listenHttp } from '../../src/edge/listen-http.ts';

/** A server that answers with what `write` writes, and a client that reads nothing. */
async function unreadBy(
  write: (part: string, response: NodeJS.WritableStream) => void,
  { max = 1_000_000, stalledMs = 100 } = {},
) {
  const unread = new UnreadAnswers(max, stalledMs);
  const ended: string[] = [];
  const listener = await listenHttp({
    address: { host: '127.0.0.1', port: 0 },
    onRequest: ({ url }, response) => {
      response.on('close', () => ended.push(`${url} ${response.writableFinished ? 'read' : 'cut'}`));
      write('x'.repeat(20_000_000), response);
    },
    onUnread: (response) => unread.watch(response),
    onUpgrade: () => {},
    onDrain: () => {},
  });
  onTestFinished(() => listener.close({ drainMs: 0 }));
  const ask = (path: string) => {
    const client = connect({ host: '127.0.0.1', port: listener.port }).pause();
    onTestFinished(() => void client.destroy());
    client.write(`GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
    return client;
  };
  return { unread, ended, ask, client: ask('/') };
}

describe('an answer that its client does not read', () => {
  it.each([
    ['whole', (text: string, response: NodeJS.WritableStream) => void response.end(text)],
    ['a stream that has not ended', (text: string, response: NodeJS.WritableStream) => void response.write(text)],
  ])('counts until it is cut: %s', async (_, write) => {
    const { unread, ended } = await unreadBy(write);
    await expect.poll(() => unread.isFull).toBe(true);
    expect(ended).toEqual([]);
    await expect.poll(() => ended, { timeout: 5000 }).toEqual(['/ cut']);
    expect(unread.isFull).toBe(false);
  });

  it('counts no longer once it is read', async () => {
    const { unread, ended, client } = await unreadBy((text, response) => {
      response.write(text);
      response.on('drain', () => void response.end());
    });
    await expect.poll(() => unread.isFull).toBe(true);
    client.resume();
    await expect.poll(() => ended).toEqual(['/ read']);
    expect(unread.isFull).toBe(false);
  });

  it('gives way to a later one where there is no room for both', async () => {
    let asked = 0;
    const write = (text: string, response: NodeJS.WritableStream): void => {
      asked += 1;
      response.write(text);
    };
    const { unread, ended, ask } = await unreadBy(write, { max: 30_000_000, stalledMs: 60_000 });
    await expect.poll(() => asked).toBe(1);
    ask('/later');
    await expect.poll(() => ended[0]).toBe('/ cut');
    expect(unread.isFull).toBe(false);
  });
});
