import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

const MAIN = path.resolve(import.meta.dirname, '../../src/cli/main.ts');

export type CommandSettings = {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
};

/** A command that runs as a process of its own. */
export type RunningCommand = {
  readonly pid: number | undefined;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when both streams together hold this text (again, after `from` characters). */
  readonly says: (text: string | RegExp, from?: number) => Promise<void>;
  /** How much has been said so far. */
  readonly said: () => number;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
};

/** A temporary folder with these files; gone when the test ends. */
export async function createFolder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'selvedge-cli-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return folder;
}

/** Starts a command. It is killed when the test ends. */
export function startCommand(args: readonly string[], { cwd, env = {}, input = '' }: CommandSettings): RunningCommand {
  const child = spawn(process.execPath, ['--conditions=source', MAIN, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1', ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  let all = '';
  const listeners = new Set<() => void>();
  const hear = (chunk: string): void => {
    all += chunk;
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    hear(chunk);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    hear(chunk);
  });
  child.stdin.end(input);
  const ended = new Promise<Awaited<RunningCommand['ended']>>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  const holds = (text: string | RegExp, from: number): boolean =>
    typeof text === 'string' ? all.includes(text, from) : text.test(all.slice(from));
  return {
    pid: child.pid,
    stdout: () => stdout,
    stderr: () => stderr,
    said: () => all.length,
    says: (text, from = 0) =>
      new Promise((resolve, reject) => {
        const listen = (): void => {
          if (!holds(text, from)) return;
          listeners.delete(listen);
          resolve();
        };
        listeners.add(listen);
        listen();
        void ended.then(() => reject(new Error(`The command ended without saying ${String(text)}:\n${all}`)));
      }),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

/** Runs a command to its end. */
export async function runCommand(
  args: readonly string[],
  settings: CommandSettings,
): Promise<Awaited<RunningCommand['ended']>> {
  return startCommand(args, settings).ended;
}

/** Where a command that serves says it does. */
export async function servedUrl(command: RunningCommand): Promise<string> {
  await command.says(/http:\/\/\S+\n/);
  return /http:\/\/\S+/.exec(command.stdout())?.[0] ?? '';
}

export async function queryGraph(url: string, query: string): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.json();
}
