import { validateSubgraph } from '@theguild/federation-composition';
import type { Problem } from '../errors/problem.ts';
import type { SubgraphSchema } from '../model/subgraph.ts';
import { toProblem } from './composition-problem.ts';

/** What to say when the composer itself fails: about each subgraph it cannot read alone, else about all together. */
export function composerCrash(error: unknown, subgraphs: readonly SubgraphSchema[]): readonly Problem[] {
  const alone = subgraphs.flatMap((subgraph) => checkAlone(subgraph, subgraphs));
  return alone.length > 0 ? alone : [crash(error, undefined)];
}

function checkAlone(subgraph: SubgraphSchema, subgraphs: readonly SubgraphSchema[]): readonly Problem[] {
  try {
    return validateSubgraph({ name: subgraph.name, typeDefs: subgraph.federationDocument }).map((found) =>
      toProblem(found, subgraphs),
    );
  } catch (error) {
    return [crash(error, subgraph)];
  }
}

function crash(error: unknown, subgraph: SubgraphSchema | undefined): Problem {
  const file = subgraph?.document.loc?.source.name;
  return {
    severity: 'error',
    code: 'COMPOSITION_FAILED',
    message: `The composer cannot read ${subgraph === undefined ? 'these subgraphs together' : `"${subgraph.name}"`}: ${describe(error)}`,
    remedy: 'Undo the latest change to find what it cannot read, and report it to the makers of Selvedge.',
    subgraph: subgraph?.name,
    places: file === undefined ? [] : [{ file, line: 1, column: 1 }],
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}
