import { ProblemsError } from '../../../src/errors/problem.ts';
import type { SubgraphInput, SubgraphSchema } from '../../../src/model/subgraph.ts';
import { readSubgraph } from '../../../src/subgraph/read-subgraph.ts';

/** The subgraph of SDL. Throws if there is anything wrong in it. */
export function readTestSubgraph(name: string, sdl: string, kind: SubgraphInput['kind'] = 'resolvers'): SubgraphSchema {
  const { subgraph, problems } = readSubgraph({ name, kind, schema: [{ name: `${name}.graphql`, text: sdl }] });
  if (subgraph === undefined) throw new ProblemsError(problems);
  return subgraph;
}
