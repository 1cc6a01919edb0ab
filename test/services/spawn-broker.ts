import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { once } from 'node:events';

/** How a broker is started: its program and arguments, in a folder of its own that lasts over restarts. */
export type BrokerProgram = {
  readonly command: string;
  readonly args: (port: number) => readonly string[];
  /** Files of the folder, by name. */
  readonly files?: (port: number) => Readonly<Record<string, string>>;
  readonly environment?: (port: number, folder: string) => Readonly<Record<string, string>>;
};

export type SpawnedBroker = {
  readonly port: number;
  /** Ends it as a crash would. */
  readonly kill: () => Promise<void>;
  /** Starts it again, on the same port, over what it has kept. */
  readonly start: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A broker of a test's own. Resolves when it listens; undefined where its program is not installed. */
export async function spawnBroker(program: BrokerProgram): Promise<SpawnedBroker | undefined> {
  const folder = mkdtempSync(path.join(tmpdir(), 'selvedge-broker-'));
  const port = await freePort();
  for (const [name, text] of Object.entries(program.files?.(port) ?? {})) writeFileSync(path.join(folder, name), text);
  let child: ChildProcess | undefined;
  const kill = async () => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    killGroup(child);
    await exited;
  };
  const start = async (): Promise<void> => {
    const started = spawn(program.command, program.args(port), {
      cwd: folder,
      stdio: 'ignore',
      // A group of its own: some programs are scripts around another.
      detached: true,
      env: { ...process.env, ...program.environment?.(port, folder) },
    });
    child = started;
    const failed = new Promise<never>((_resolve, reject) => {
      started.once('error', reject).once('exit', (code) => reject(new Error(`${program.command} ended: ${code}.`)));
    });
    failed.catch(() => {});
    await Promise.race([failed, untilListening(port)]);
  };
  const close = async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', () => (child === undefined ? undefined : killGroup(child)));
  try {
    await start();
  } catch (error) {
    await close();
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return { port, kill, start, close };
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 2_000; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isThere) return;
    await delay(20);
  }
  throw new Error(`Nothing listens on ${port}.`);
}
