import { connect } from 'node:net';
import { describe, it } from 'vitest';

/**
 * Runs a suite against a service of this machine. Where it is absent the suite is skipped with a printed line,
 * unless `CI=true`: there every service is required.
 */
export async function describeService(name: string, url: string, suite: () => void): Promise<void> {
  const { hostname, port } = new URL(url);
  if (await isListening(hostname, Number(port))) return suite();
  if (process.env['CI'] === 'true') {
    it(`finds ${name} at ${url}`, () => {
      throw new Error(`${name} is not listening on ${hostname}:${port}, and CI=true requires it.`);
    });
    return;
  }
  console.log(`skipped: ${name} is not listening on ${hostname}:${port}`);
  describe.skip(name, suite);
}

async function isListening(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket
      .on('connect', () => end(true))
      .on('error', () => end(false))
      .on('timeout', () => end(false));
  });
}
