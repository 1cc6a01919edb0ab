// The thread of `composeInWorker`: one graph's inputs in, what came of them out.
import { parentPort, workerData } from 'node:worker_threads';
import type { Problem } from '../errors/problem.ts';
import type { SubgraphInput } from '../model/subgraph.ts';
import { readSubgraph } from '../subgraph/read-subgraph.ts';
import { composeSupergraph } from './compose-supergraph.ts';

/** A composition as one thread tells it another. */
export type PrintedComposition =
  | { readonly kind: 'composed'; readonly sdl: string; readonly hints: readonly Problem[] }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] };

parentPort?.postMessage(composePrinted(workerData as readonly SubgraphInput[]));

function composePrinted(inputs: readonly SubgraphInput[]): PrintedComposition {
  const composition = composeSupergraph(inputs.flatMap((input) => readSubgraph(input).subgraph ?? []));
  if (composition.kind === 'failed') return composition;
  return { kind: 'composed', sdl: composition.supergraph.sdl, hints: composition.hints };
}
