import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

export type ProcessOptions = {
  readonly command: readonly string[];
  /** The core it runs on, where cores can be chosen. */
  readonly core: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** With a channel for messages. */
  readonly isTalking?: boolean;
};

/** A process of the benchmark's with all that it starts. */
export type PinnedProcess = {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The end of what it wrote, for a failure's message. */
  readonly output: () => string;
  /** null while it runs. */
  readonly exitCode: () => number | null;
  /** Ends it by its id, with its own children: asked first, then made to. */
  readonly stop: () => Promise<void>;
};

/** Of util-linux: runs a command on given cores. */
const PIN_COMMAND = 'taskset';
const OUTPUT_LENGTH = 2000;
const STOP_GRACE_MS = 5000;

const running = new Set<number>();
process.on('exit', () => running.forEach((pid) => signalGroup(pid, 'SIGKILL')));

/** Whether processes can be given a core of their own here. */
export const canPin = availableParallelism() > 1 && spawnSync(PIN_COMMAND, ['-V']).status === 0;

export function startProcess({ command, core, env = {}, cwd, isTalking = false }: ProcessOptions): PinnedProcess {
  const [file = '', ...args] = canPin ? [PIN_COMMAND, '-c', String(core), ...command] : command;
  const child = spawn(file, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(isTalking ? (['ipc'] as const) : [])],
    detached: true, // a group of its own, so that its children can be ended with it
    ...(cwd === undefined ? {} : { cwd }),
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command[0]} could not be started.`);
  running.add(pid);
  const exited = once(child, 'exit').then(() => running.delete(pid));
  return {
    child,
    pid,
    output: collectOutput(child),
    exitCode: () => child.exitCode,
    stop: () => stopGroup(child, pid, exited),
  };
}

async function stopGroup(child: ChildProcess, pid: number, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    signalGroup(pid, 'SIGTERM');
    const force = setTimeout(() => signalGroup(pid, 'SIGKILL'), STOP_GRACE_MS);
    await exited.finally(() => clearTimeout(force));
  }
  signalGroup(pid, 'SIGKILL'); // children that outlived it
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // it has ended
  }
}

function collectOutput(child: ChildProcess): () => string {
  let text = '';
  const add = (chunk: Buffer): void => void (text = (text + chunk.toString()).slice(-OUTPUT_LENGTH));
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  child.on('error', (error) => add(Buffer.from(String(error))));
  return () => text.trim();
}
