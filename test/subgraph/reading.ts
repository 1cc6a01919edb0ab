import { printProblem } from '../../src/errors/problem.ts';
import type { SubgraphInput, SubgraphSchema } from '../../src/model/subgraph.ts';
import { readSubgraph } from '../../src/subgraph/read-subgraph.ts';

type Options = Partial<Omit<SubgraphInput, 'schema'>>;

/** A subgraph read of one text in `shop.graphql`, and its problems as they are printed. */
export function read(sdl: string, options: Options = {}) {
  const { subgraph, problems } = readSubgraph({
    name: 'shop',
    kind: 'auto',
    schema: [{ name: 'shop.graphql', text: sdl }],
    ...options,
  });
  return { subgraph, problems: problems.map(printProblem) };
}

/** The subgraph of a text in which nothing is wrong. */
export function readSound(sdl: string, options: Options = {}): SubgraphSchema {
  const { subgraph, problems } = read(sdl, options);
  if (subgraph === undefined) throw new Error(problems.join('\n'));
  return subgraph;
}
