import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, it } from 'vitest';
import { startKafkaFront } from './kafka-front.ts';

export type KafkaMock = { readonly url: string; readonly close: () => Promise<void> };

/**
 * The cluster that librdkafka brings for tests, in a process of kcat's, on a free port: Kafka's own protocol, kept in
 * memory. Undefined where kcat is not installed. One broker is spoken to through a front, several as they are.
 */
export async function startKafkaMock(brokers = 1): Promise<KafkaMock | undefined> {
  // It lives as long as it has something to wait for: its standard input.
  const kcat = spawn('kcat', ['-P', '-t', 'unused', '-b', 'unused:1', '-X', `test.mock.num.brokers=${brokers}`], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => kcat.once('error', () => resolve()).once('exit', () => resolve()));
  const lines = createInterface({ input: kcat.stderr });
  const address = await new Promise<string | undefined>((resolve) => {
    lines.on('line', (line) => {
      const found = /replaced with (127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    void exited.then(() => resolve(undefined));
  });
  if (address === undefined) return undefined;
  const { hostname: host, port } = new URL(`kafka://${address}`);
  const front = brokers === 1 ? await startKafkaFront({ target: { host, port: Number(port) } }) : undefined;
  const close = async () => {
    await front?.close();
    kcat.kill('SIGKILL');
    await exited;
  };
  process.once('exit', () => kcat.kill('SIGKILL'));
  return { url: `kafka://127.0.0.1:${front?.port ?? port}`, close };
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
