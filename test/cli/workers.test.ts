import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setInterval } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFolder, queryGraph, runCommand, type RunningCommand, servedUrl, startCommand } from './command.ts';

const project = {
  'selvedge.yaml': `workers: 2
graph: { subgraphs: { process: { schema: schemas/process.graphql, resolvers: process.js } } }
`,
  'schemas/process.graphql': 'type Query { pid: Int!, untilFile(name: String!): Int!, never: Int }\n',
  'process.js': `import { existsSync, writeFileSync } from 'node:fs';

async function untilFile(_, { name }) {
  writeFileSync(name + '.wanted', '');
  while (!existsSync(name)) await new Promise((resolve) => setImmediate(resolve));
  return process.pid;
}

export default { Query: { pid: () => process.pid, untilFile, never: () => new Promise(() => {}) } };
`,
};

async function startWorkers(): Promise<{ readonly serving: RunningCommand; readonly url: string; cwd: string }> {
  const cwd = await createFolder(project);
  const serving = startCommand(['serve', '--port', '0'], { cwd });
  return { serving, cwd, url: await servedUrl(serving) };
}

/** On a connection of its own: those that are kept stay with their worker. */
async function askPid(url: string): Promise<number> {
  const request = get(`${url}?query={pid}`, { agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return ((await json(response)) as { readonly data: { readonly pid: number } }).data.pid;
}

async function answers(url: string): Promise<boolean> {
  return askPid(url).then(
    () => true,
    () => false,
  );
}

/** The workers that answer, in the order of their answers; asks on until there are `count` besides `gone`. */
async function findWorkers(url: string, count: number, gone: readonly number[] = []): Promise<readonly number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const pid = await askPid(url);
    if (!gone.includes(pid)) found.add(pid);
  }
  return [...found];
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function appears(file: string): Promise<void> {
  for await (const _ of setInterval(20)) if (existsSync(file)) return;
}

async function ends(pids: readonly number[]): Promise<void> {
  for await (const _ of setInterval(20)) if (!pids.some(isRunning)) return;
}

describe('selvedge serve with workers: 2', () => {
  it('answers from two processes on one port, and ends them with itself', async () => {
    const { serving, url } = await startWorkers();
    const workers = await findWorkers(url, 2);
    expect(serving.stdout()).toBe(`Selvedge serves 1 subgraph with 2 workers at ${url}\n`);
    serving.kill('SIGTERM');
    expect((await serving.ended).code).toBe(0);
    expect(workers.filter(isRunning)).toEqual([]);
  });

  it('finishes open requests before it ends', async () => {
    const { serving, url, cwd } = await startWorkers();
    const answer = queryGraph(url, `{ untilFile(name: ${JSON.stringify(`${cwd}/go`)}) }`);
    await appears(`${cwd}/go.wanted`);
    serving.kill('SIGTERM');
    await serving.says('Ending: open requests are finished first.');
    await writeFile(`${cwd}/go`, '');
    expect(await answer).toEqual({ data: { untilFile: expect.any(Number) } });
    expect((await serving.ended).code).toBe(0);
  });

  it('replaces a worker that is killed, while the other goes on', async () => {
    const { serving, url } = await startWorkers();
    const [killed = 0] = await findWorkers(url, 2);
    process.kill(killed, 'SIGKILL');
    await serving.says('A worker ended unasked, and will be replaced.');
    expect(serving.stderr()).toContain(`"worker":${killed},"code":null,"signal":"SIGKILL","delayMs":1000`);
    const workers = await findWorkers(url, 2, [killed]);
    serving.kill('SIGINT');
    expect((await serving.ended).code).toBe(0);
    expect(workers.filter(isRunning)).toEqual([]);
  });

  it('ends all at once with a second signal', async () => {
    const { serving, url } = await startWorkers();
    const workers = await findWorkers(url, 2);
    const cut = expect(queryGraph(url, '{ never }')).rejects.toThrow('fetch failed');
    const again = globalThis.setInterval(() => serving.kill('SIGTERM'), 50);
    onTestFinished(() => clearInterval(again));
    expect((await serving.ended).code).toBe(143);
    await cut;
    await ends(workers);
  });

  it('finishes open requests when the primary is killed, and leaves no worker behind', async () => {
    const { serving, url, cwd } = await startWorkers();
    const workers = await findWorkers(url, 2);
    const answer = queryGraph(url, `{ untilFile(name: ${JSON.stringify(`${cwd}/go`)}) }`);
    await appears(`${cwd}/go.wanted`);
    serving.kill('SIGKILL');
    while (await answers(url)); // until then, the workers may not know
    await writeFile(`${cwd}/go`, '');
    expect(workers).toContainEqual(((await answer) as { readonly data: { untilFile: number } }).data.untilFile);
    await serving.ended;
    await ends(workers);
  });

  it('says once which port is in use, and exits 3', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await new Promise((resolve) => void taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const { code, stdout, stderr } = await runCommand(['serve', '--port', String(port)], {
      cwd: await createFolder(project),
    });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe(`Port ${port} is in use. Stop what listens there, or choose another with --port.\n`);
  });

  it('says once what is wrong with a schema, and exits 1', async () => {
    const cwd = await createFolder({ ...project, 'schemas/process.graphql': 'type Query { pid: In! }\n' });
    const { code, stdout, stderr } = await runCommand(['serve', '--port', '0'], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.match(/schemas\/process\.graphql:1:19/g)).toHaveLength(1);
  });
});

it('is one process with workers: 1', async () => {
  const cwd = await createFolder({
    ...project,
    'selvedge.yaml': project['selvedge.yaml'].replace('workers: 2', 'workers: 1'),
  });
  const serving = startCommand(['serve', '--port', '0'], { cwd });
  const url = await servedUrl(serving);
  expect(serving.stdout()).toBe(`Selvedge serves 1 subgraph at ${url}\n`);
  expect(await askPid(url)).toBe(serving.pid);
  serving.kill('SIGTERM');
  expect((await serving.ended).code).toBe(0);
});
