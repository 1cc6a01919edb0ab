import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { headers, type Msg } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { findUsers, posts } from './rest-data.ts';

/**
 * The posts and their users behind a NATS server of this run's own. Gives its URL; undefined where `nats-server` is not
 * installed: the other scenarios need none.
 */
export async function startQueueService(onRequest: () => void): Promise<string | undefined> {
  const url = await startServer();
  if (url === undefined) return undefined;
  const connection = await connect({ servers: new URL(url).host });
  const answer = (topic: string, toAnswer: (payload: { readonly ids?: number[]; readonly id?: number }) => unknown) => {
    connection.subscribe(topic, {
      callback: (_error, message: Msg) => {
        onRequest();
        const fields = headers();
        fields.set('Correlation-Id', message.headers?.get('Correlation-Id') ?? '');
        message.respond(JSON.stringify(toAnswer(message.json())), { headers: fields });
      },
    });
  };
  answer('bench.posts', () => posts);
  answer('bench.users', ({ ids = [] }) => findUsers(ids));
  answer('bench.user', ({ id = 0 }) => findUsers([id])[0]);
  await connection.flush();
  return url;
}

/** It tells the port it has found in a file, and ends with this process. */
async function startServer(): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'selvedge-nats-'));
  const server = spawn('nats-server', ['-a', '127.0.0.1', '-p', '-1', '--ports_file_dir', folder], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => server.once('error', () => resolve()).once('exit', () => resolve()));
  process.once('exit', () => {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  while (!hasEnded) {
    const [file] = readdirSync(folder);
    const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8');
    if (text !== '') return (JSON.parse(text) as { readonly nats: readonly [string] }).nats[0];
    await delay(20);
  }
  return undefined;
}
