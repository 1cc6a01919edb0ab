import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, it } from 'vitest';
import { startKafkaFront } from './kafka-front.ts';
import type { SpawnedBroker } from './spawn-broker.ts';

export type KafkaMock = { readonly url: string; readonly close: () => Promise<void> };

/**
 * The cluster that librdkafka brings for tests: Kafka's own protocol, kept in memory. Undefined where kcat is not
 * installed. One broker is spoken to through a front, several as they are.
 */
export async function startKafkaMock(brokers = 1): Promise<KafkaMock | undefined> {
  if (brokers === 1) {
    const broker = await spawnKafka();
    return broker && { url: `kafka://127.0.0.1:${broker.port}`, close: broker.close };
  }
  const cluster = await spawnCluster(brokers);
  return cluster && { url: `kafka://127.0.0.1:${cluster.port}`, close: cluster.kill };
}

/** One broker of it, to be killed and started again. It has forgotten everything then. */
export async function spawnKafka(): Promise<SpawnedBroker | undefined> {
  let cluster = await spawnCluster(1);
  if (cluster === undefined) return undefined;
  const target = { host: '127.0.0.1', port: cluster.port };
  const front = await startKafkaFront({ target });
  const kill = async () => cluster?.kill();
  return {
    port: front.port,
    kill,
    start: async () => {
      cluster = await spawnCluster(1);
      target.port = cluster?.port ?? 0;
    },
    close: async () => {
      await front.close();
      await kill();
    },
  };
}

/** In a process of kcat's, on free ports, of which one is given. */
async function spawnCluster(brokers: number): Promise<{ port: number; kill: () => Promise<void> } | undefined> {
  // It lives as long as it has something to wait for: its standard input.
  const kcat = spawn('kcat', ['-P', '-t', 'unused', '-b', 'unused:1', '-X', `test.mock.num.brokers=${brokers}`], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => kcat.once('error', () => resolve()).once('exit', () => resolve()));
  const lines = createInterface({ input: kcat.stderr });
  const port = await new Promise<number | undefined>((resolve) => {
    lines.on('line', (line) => {
      const found = /replaced with 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    void exited.then(() => resolve(undefined));
  });
  if (port === undefined) return undefined;
  process.once('exit', () => kcat.kill('SIGKILL'));
  const kill = async () => {
    kcat.kill('SIGKILL');
    await exited;
  };
  return { port, kill };
}

/** Runs suites against it. Without kcat they are skipped with a printed line, unless `CI=true`. */
export function describeKafka(mock: KafkaMock | undefined, suite: (url: string) => void): void {
  if (mock !== undefined) return suite(mock.url);
  console.log('skipped: Kafka needs kcat, whose test cluster it runs against');
  describe.skipIf(process.env['CI'] !== 'true')('Kafka', () => {
    it('finds kcat', () => {
      throw new Error('kcat is not installed, and CI=true requires it.');
    });
  });
}
