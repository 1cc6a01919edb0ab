import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { printProblem } from '../../src/errors/problem.ts';
import type { SubgraphInput } from '../../src/model/subgraph.ts';
import { readSubgraph } from '../../src/subgraph/read-subgraph.ts';

const root = new URL('../../', import.meta.url);
const proto = await readFile(new URL('schemas/inventory.proto', root), 'utf8');
const kinds: Readonly<Record<string, SubgraphInput['kind']>> = {
  'docs/sources/resolvers.md': 'resolvers',
  'docs/sources/stitched.md': 'stitched',
};

async function readPages(): Promise<readonly (readonly [page: string, text: string])[]> {
  const found = await readdir(new URL('docs', root), { recursive: true });
  const pages = ['README.md', ...found.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];
  return Promise.all(pages.map(async (page) => [page, await readFile(new URL(page, root), 'utf8')] as const));
}

/** The schemas of a page that are whole: those whose first line is the name of their file. */
function wholeSchemas(text: string): readonly string[] {
  return [...text.matchAll(/```graphql\n(# schemas\/\w+\.graphql[\s\S]*?)```/g)].map(([, schema = '']) => schema);
}

const examples = (await readPages()).flatMap(([page, text]) =>
  wholeSchemas(text).map((schema) => [page, schema] as const),
);

it('the pages on sources each have a whole schema', () => {
  expect([...new Set(examples.map(([page]) => page))]).toEqual(
    expect.arrayContaining(['README.md', 'docs/schema-language.md', 'docs/sources/grpc.md', 'docs/sources/queues.md']),
  );
});

it.each(examples)('what is a whole schema in %s is one', (page, schema) => {
  const { problems } = readSubgraph({
    name: 'example',
    kind: kinds[page] ?? 'auto',
    schema: [{ name: page, text: schema }],
    protos: [{ name: 'inventory.proto', text: proto }],
  });
  expect(problems.filter(({ severity }) => severity === 'error').map(printProblem)).toEqual([]);
});
