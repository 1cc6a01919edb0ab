import { describe, expect, it } from 'vitest';
import { createLargeGraph } from '../../bench/large-graph.ts';
import { composeInWorker } from '../../src/composition/compose-in-worker.ts';
import { composeSupergraph } from '../../src/composition/compose-supergraph.ts';
import { ProblemsError } from '../../src/errors/problem.ts';
import { composeGraph } from '../../src/gateway/load-graph.ts';
import type { SubgraphInput } from '../../src/model/subgraph.ts';
import { readSubgraph } from '../../src/subgraph/read-subgraph.ts';

const input = (name: string, text: string): SubgraphInput => ({
  name,
  kind: 'graphql',
  schema: [{ name: `${name}.graphql`, text }],
  url: `http://${name}.example/graphql`,
});

const composeInline = (inputs: readonly SubgraphInput[]) =>
  composeSupergraph(inputs.flatMap((each) => readSubgraph(each).subgraph ?? []));

const large = createLargeGraph({ subgraphs: 10, types: 600 });

describe('a large graph', () => {
  it('is composed to what a small one would be', async () => {
    const inline = composeInline(large);
    const { supergraph, subgraphs } = await composeGraph(large);
    expect(supergraph.sdl).toBe(inline.kind === 'composed' ? inline.supergraph.sdl : '');
    expect(supergraph.subgraphs).toHaveLength(10);
    expect(supergraph.apiSchema.getType('T599')).toBeDefined();
    expect([...subgraphs.keys()]).toEqual(large.map(({ name }) => name));
  });

  it('may have types that lead to each other in a row longer than the stack', async () => {
    const types = Array.from(
      { length: 2500 },
      (_, index) => `type A${index} { next: ${index < 2499 ? `A${index + 1}` : 'Query'} }`,
    );
    const { supergraph } = await composeGraph([input('row', `type Query { first: A0 } ${types.join(' ')}`)]);
    expect(supergraph.apiSchema.getType('A2499')).toBeDefined();
  });

  it('is refused for what is wrong with it, and where', async () => {
    const wrong = [...large, input('wrong', 'type Query { item0: Int }')];
    const refused = await composeGraph(wrong).catch((error: unknown) => error);
    const inline = composeInline(wrong);
    expect(refused).toBeInstanceOf(ProblemsError);
    expect((refused as ProblemsError).problems).toEqual(inline.kind === 'failed' ? inline.problems : []);
  });

  it('brings its hints', async () => {
    const described = (name: string) => input(name, `type Query { ${name}: Int } "As in ${name}" scalar Money`);
    const { hints } = await composeGraph([...large, described('a'), described('b')]);
    expect(hints.map(({ code, coordinate }) => `${code} ${coordinate}`)).toContain('INCONSISTENT_DESCRIPTION Money');
  });

  it('lets other work go on meanwhile', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    try {
      await composeInWorker(large);
    } finally {
      clearInterval(timer);
    }
    expect(turns).toBeGreaterThan(1);
  });
});
