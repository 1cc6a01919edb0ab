import { setImmediate } from 'node:timers/promises';
import type { Caller } from '../model/request-context.ts';
import { createEngine, type Engine, type EngineSettings } from './engine.ts';
import type { LoadedGraph } from './load-graph.ts';
import { sampleOperation } from './sample-operation.ts';

/** An operation, and for whom it is to be prepared. */
export type WarmOperation = {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly caller: Caller;
};

const MOST_DOCUMENTS = 100;
/** A graph is not kept waiting for longer than this; what is left is prepared when it is asked for. */
const MOST_MS = 2000;

/**
 * An engine to which the first request is no stranger: it has prepared what the engine before it was asked for last, or a
 * sample, with which everything that preparing needs is loaded and compiled (the first `main` of a process took 26 ms, and
 * takes 6: `npm run bench:cold`). Throws ProblemsError.
 */
export async function createWarmEngine(
  graph: LoadedGraph,
  settings: EngineSettings,
  former: Engine | undefined,
): Promise<Engine> {
  const engine = await createEngine(graph, settings);
  await warmUp(engine, former?.inUse(MOST_DOCUMENTS) ?? sampleFor(graph));
  return engine;
}

function sampleFor({ supergraph }: LoadedGraph): readonly WarmOperation[] {
  return [{ query: sampleOperation(supergraph.apiSchema), operationName: undefined, caller: { kind: 'anonymous' } }];
}

/** Parses, validates, plans and compiles, and runs nothing. What does not fit the graph is passed over. */
async function warmUp({ documents, compile }: Engine, operations: readonly WarmOperation[]): Promise<void> {
  const endsAtMs = performance.now() + MOST_MS;
  for (const { query, operationName, caller } of operations) {
    try {
      await compile(documents.read(query, operationName), caller);
      documents.read(query, operationName); // what is read once is soon forgotten
    } catch {
      // Whoever asks for it is told.
    }
    await setImmediate(); // requests of the engine before
    if (performance.now() > endsAtMs) return;
  }
}
