import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The example as `npm start` runs it, on the ports that the README names. */
export type ShopProcess = { readonly output: () => string; readonly close: () => Promise<void> };

/** Starts it and waits until it says what to try. Rejects with its output if it ends before. */
export async function startShopProcess(): Promise<ShopProcess> {
  const child = spawn(process.execPath, ['--conditions=source', 'examples/start.ts'], { cwd: ROOT });
  let output = '';
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Ctrl-C ends everything.')) ready.resolve();
    });
  }
  child.once('exit', (code) => ready.reject(new Error(`The shop ended with ${code}:\n${output}`)));
  await ready.promise;
  return { output: () => output, close: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
