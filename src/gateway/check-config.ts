import { readGraphInputs } from '../config/graph-inputs.ts';
import type { Config } from '../config/schema.ts';
import { readSourceFile } from '../config/source-file.ts';
import { readSupergraph } from '../composition/read-supergraph.ts';
import { recallContracts } from './contracts.ts';
import { type Problem, ProblemsError } from '../errors/problem.ts';
import { findKeyFileProblems } from '../security/file-key-set.ts';
import { readServiceTls } from './read-service-tls.ts';
import { readSubgraph } from '../subgraph/read-subgraph.ts';

/**
 * Reads what a config names, and asks no service: key sets, certificates, and each schema by itself (with its URLs), which are not
 * composed. Throws ProblemsError with everything that would keep them from being served.
 */
export async function checkConfig(config: Config): Promise<void> {
  const found = await Promise.all([findKeyFileProblems(config.auth.jwt ?? []), findGraphProblems(config)]);
  const problems = found.flat().filter(({ severity }) => severity === 'error');
  if (problems.length > 0) throw new ProblemsError(problems);
}

async function findGraphProblems(config: Config): Promise<readonly Problem[]> {
  const { supergraph } = config.graph;
  if (supergraph === undefined) {
    const inputs = await recallContracts(await readGraphInputs(config), config);
    const tls = Object.entries(config.graph.subgraphs ?? {}).map(([name, subgraph]) => findTlsProblems(name, subgraph));
    return [...inputs.flatMap((input) => readSubgraph(input).problems), ...(await Promise.all(tls)).flat()];
  }
  const { text } = await readSourceFile(supergraph);
  const read = readSupergraph(text, supergraph);
  return read.kind === 'failed' ? read.problems : [];
}

async function findTlsProblems(...subgraph: Parameters<typeof readServiceTls>): Promise<readonly Problem[]> {
  try {
    await readServiceTls(...subgraph);
    return [];
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
}
