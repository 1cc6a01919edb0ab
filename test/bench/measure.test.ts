import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRunFolder, gatewayKinds } from '../../bench/gateways.ts';
import { addressOf, type Bench, measureSlice, startBench, startGateway } from '../../bench/measure.ts';
import { scenarios } from '../../bench/scenarios.ts';

let bench: Bench;
let folder: string;
beforeAll(async () => {
  bench = await startBench(0);
  folder = createRunFolder(bench.services);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await bench.stop();
});

const fetches: Readonly<Record<string, number>> = { main: 7, me: 1, rest: 11, 'grpc-one': 1, 'queue-one': 1 };
const floor = gatewayKinds.find(({ name }) => name === 'floor');

it.each(scenarios.map(({ name }) => name))('measures a floor that answers %s right', async (name) => {
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (scenario === undefined || floor === undefined) throw new Error('It is gone.');
  const services = addressOf(scenario, bench);
  if (services === undefined) return; // no broker here
  const setting = { scenario: name, speaks: scenario.services, services, isSharing: false, folder };
  const gateway = await startGateway(floor, setting, { bench, scenario });
  try {
    const slice = await measureSlice(gateway, scenario, { bench, shape: { connections: 3, durationMs: 0 } });
    expect(slice).toMatchObject({ completed: 3, failed: 0, upstreamRequests: 3 * (fetches[name] ?? 2) });
    expect(slice.unknownRequests).toBe(0);
  } finally {
    await gateway.process.stop();
  }
  expect(() => process.kill(gateway.process.pid, 0)).toThrow();
});

it('says why a gateway does not start', async () => {
  const [scenario] = scenarios;
  if (scenario === undefined) throw new Error('It is gone.');
  const broken = {
    name: 'broken',
    isPeer: false,
    speaks: ['graphql' as const],
    launch: () => ({ command: [process.execPath, '-e', 'console.error("no such thing"); process.exit(1)'], path: '/' }),
  };
  const setting = { scenario: 'main', speaks: 'graphql' as const, services: bench.services, isSharing: false, folder };
  await expect(startGateway(broken, setting, { bench, scenario })).rejects.toThrow('no such thing');
});
