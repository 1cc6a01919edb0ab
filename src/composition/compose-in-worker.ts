import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SubgraphInput } from '../model/subgraph.ts';
import type { Composition } from './compose-supergraph.ts';
import type { PrintedComposition } from './composition-worker.ts';
import { readSupergraph } from './read-supergraph.ts';

const WORKER = new URL(`./composition-worker${path.extname(import.meta.filename)}`, import.meta.url);

// The composer recurses along types that lead to each other: 5,000 in a row need more than a thread's usual 1 MB. While
// they are on the stack, each collection of young garbage reads all of it, so there should be few of them.
const LIMITS = { stackSizeMb: 64, maxYoungGenerationSizeMb: 128 };

/**
 * Composes what `composeSupergraph` would, in a thread of its own, so that requests are served meanwhile. The inputs are
 * to be sound, each alone. It costs a thread's start (0.2 s), and reading the inputs there.
 */
export async function composeInWorker(inputs: readonly SubgraphInput[]): Promise<Composition> {
  const printed = await runWorker(inputs);
  if (printed.kind === 'failed') return printed;
  const read = readSupergraph(printed.sdl, 'supergraph.graphql');
  if (read.kind === 'failed') return read;
  return { kind: 'composed', supergraph: read.supergraph, hints: printed.hints };
}

async function runWorker(inputs: readonly SubgraphInput[]): Promise<PrintedComposition> {
  const { promise, resolve } = Promise.withResolvers<PrintedComposition>();
  const worker = new Worker(WORKER, { workerData: inputs, resourceLimits: LIMITS });
  worker.once('message', resolve);
  worker.once('error', (error: Error) => resolve(crash(error.message)));
  worker.once('exit', (code) => resolve(crash(`its thread ended with ${code}`)));
  try {
    return await promise;
  } finally {
    await worker.terminate();
  }
}

function crash(reason: string): PrintedComposition {
  const message = `The subgraphs cannot be composed: ${reason}.`;
  const remedy = 'Give the process more memory, or undo the latest change to find what cannot be composed.';
  return { kind: 'failed', problems: [{ severity: 'error', code: 'COMPOSITION_FAILED', message, remedy, places: [] }] };
}
