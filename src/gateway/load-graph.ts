import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { Composition } from '../composition/compose-supergraph.ts';
import { readSupergraph } from '../composition/read-supergraph.ts';
import type { Config } from '../config/schema.ts';
import { readGraphInputs } from '../config/graph-inputs.ts';
import { Contracts } from './contracts.ts';
import { type Problem, ProblemsError } from '../errors/problem.ts';
import type { SubgraphInput, SubgraphSchema } from '../model/subgraph.ts';
import type { Supergraph } from '../model/supergraph.ts';
import type { SubgraphReading } from '../subgraph/read-subgraph.ts';

/** A composed graph with the subgraphs it was made from (none where the supergraph was composed elsewhere). */
export type LoadedGraph = {
  readonly supergraph: Supergraph;
  readonly subgraphs: ReadonlyMap<string, SubgraphSchema>;
  readonly hints: readonly Problem[];
};

/** Reads and composes what `graph:` names; services that say themselves what they offer are asked. Throws ProblemsError with everything that is wrong. */
export async function loadGraph(config: Config, contracts: Contracts = new Contracts()): Promise<LoadedGraph> {
  const { supergraph } = config.graph;
  if (supergraph === undefined) return composeGraph(await contracts.complete(await readGraphInputs(config), config));
  const read = readSupergraph(await readFile(supergraph, 'utf8'), supergraph);
  if (read.kind === 'failed') throw new ProblemsError(read.problems);
  // Whoever composed it has let it pass: it is served as it is, and said.
  const hints = read.openRequirements.map((problem) => ({ ...problem, severity: 'hint' as const }));
  return { supergraph: read.supergraph, subgraphs: new Map(), hints };
}

/**
 * Subgraphs with more definitions are composed in a thread of their own: composing them here would keep requests waiting
 * for longer than the start of a thread, and a row of some 1,500 types that lead to each other overflows the stack.
 */
const MOST_DEFINITIONS_INLINE = 500;

/** Subgraph inputs → graph. Rejects with ProblemsError: the problems of every subgraph, or else of their composition. */
export async function composeGraph(inputs: readonly SubgraphInput[]): Promise<LoadedGraph> {
  const results = await readSubgraphs(inputs);
  const problems = results.flatMap((result) => result.problems);
  const subgraphs = results.flatMap((result) => result.subgraph ?? []);
  if (problems.some((problem) => problem.severity === 'error')) throw new ProblemsError(problems);
  const definitions = subgraphs.reduce((sum, { document }) => sum + document.definitions.length, 0);
  const composition = await (definitions > MOST_DEFINITIONS_INLINE ? composeApart(inputs) : composeHere(subgraphs));
  if (composition.kind === 'failed') throw new ProblemsError([...problems, ...composition.problems]);
  return {
    supergraph: composition.supergraph,
    subgraphs: new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph])),
    hints: [...problems, ...composition.hints],
  };
}

// The composer, and all that reads subgraphs' schemas, is loaded where there is something to compose: a supergraph that
// was composed elsewhere needs none of it.
async function composeHere(subgraphs: readonly SubgraphSchema[]): Promise<Composition> {
  const { composeSupergraph } = await import('../composition/compose-supergraph.ts');
  return composeSupergraph(subgraphs);
}

async function composeApart(inputs: readonly SubgraphInput[]): Promise<Composition> {
  const { composeInWorker } = await import('../composition/compose-in-worker.ts');
  return composeInWorker(inputs);
}

// Between two subgraphs, what waits is served.
async function readSubgraphs(inputs: readonly SubgraphInput[]): Promise<readonly SubgraphReading[]> {
  const { readSubgraph } = await import('../subgraph/read-subgraph.ts');
  const results: SubgraphReading[] = [];
  for (const input of inputs) {
    results.push(readSubgraph(input));
    await setImmediate();
  }
  return results;
}
