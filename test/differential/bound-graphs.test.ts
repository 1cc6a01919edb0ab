import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { memoryBus } from '../../src/sources/bound/brokers/memory.ts';
import { openRecorder } from '../../src/traffic/recorder.ts';
import { openReplay } from '../../src/traffic/replay.ts';
import { createFolder } from '../cli/command.ts';
import { json, startTestServer } from '../sources/http/test-server.ts';
import { NOT_FOUND } from './bound-service.ts';
import type { BoundServices } from './connected-graph.ts';
import { checkGraphs } from './check-graphs.ts';
import { printCase, runCase } from './run-case.ts';

type Json = Readonly<Record<string, unknown>>;

// `npm run test:differential` with BOUND_CASES=5000 takes more graphs, with BOUND_SEEDS=12,345 those that a failure named.
const GRAPHS = Number(process.env['BOUND_CASES'] ?? 100);

/** A real HTTP server and a bus in memory, behind which the services of the case at hand stand. */
async function startServices(): Promise<BoundServices> {
  const { url, received } = await startTestServer(({ path, body }, response) => {
    received.length = 0;
    try {
      const answer = services.answer({ place: path.slice(1), body: JSON.parse(body) as Json });
      if (answer === NOT_FOUND) json(response, { title: 'not found' }, { status: 404 });
      else json(response, answer);
    } catch (error) {
      json(response, { title: String(error) }, { status: 500 });
    }
  });
  const plain = await startTestServer(({ path: at, body }, response) => {
    plain.received.length = 0;
    const request = JSON.parse(body) as { query: string; variables?: Json };
    void services.execute(at.slice(1), request).then((answer) => json(response, answer));
  });
  const queue = 'memory:bound-graphs';
  const stop = memoryBus(queue).listen('>', ({ topic, body, request }) => {
    let reply: unknown;
    try {
      reply = services.answer({ place: topic.replaceAll('.', '/'), body: JSON.parse(body) as Json });
    } catch (error) {
      reply = { error: { message: String(error), code: 'FAILED' } };
    }
    request?.reply(request.id, JSON.stringify(reply === NOT_FOUND ? null : reply));
  });
  onTestFinished(stop);
  const services: BoundServices = {
    urls: { rest: url, queue, plain: plain.url },
    answer: () => null,
    execute: async () => null,
  };
  return services;
}

it(
  'answers any operation over graphs with REST, queue-backed and plain GraphQL services as one schema would',
  async () => {
    const services = await startServices();
    await checkGraphs({ count: GRAPHS, seedsName: 'BOUND_SEEDS', options: { services } });
  },
  60_000 + 3000 * GRAPHS,
);

it('answers out of a recording what the services had answered', async () => {
  const services = await startServices();
  const folder = await createFolder({});
  const leftOut = new Set([JSON.stringify(['mutation'])]); // what those answer depends on how many have run
  let replays = 0;
  for (let seed = 1; replays < 10; seed += 1) {
    const file = path.join(folder, `${seed}.jsonl`);
    const recorder = await openRecorder(file, () => {});
    expect((await runCase(seed, { services, leftOut, tape: recorder })).difference).toBeUndefined();
    await recorder.close();
    if (!existsSync(file)) continue; // no call was made, and nothing recorded
    replays += 1;
    const replayed = await runCase(seed, { services, leftOut, tape: await openReplay(file) });
    if (replayed.difference !== undefined) throw new Error(`seed ${seed}\n\n${printCase(replayed)}`);
  }
});
