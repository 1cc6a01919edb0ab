import { expect } from 'vitest';
import { composeGraph } from '../../src/gateway/load-graph.ts';
import { describeFiles } from '../../src/importing/description.ts';
import { parseDescription } from '../../src/importing/description-file.ts';
import type { ImportReport } from '../../src/importing/import-report.ts';
import { importOpenApi } from '../../src/importing/openapi/import-openapi.ts';
import { printDraft } from '../../src/importing/print-draft.ts';

/** An OpenAPI description, given as its paths and schemas in YAML, as SDL that composes. */
export async function importedApi(
  yaml: string,
  files: Readonly<Record<string, string>> = {},
): Promise<{ readonly sdl: string; readonly report: ImportReport }> {
  const version = /^(openapi|swagger):/m.test(yaml) ? '' : 'openapi: 3.1.0\n';
  const all = { 'api.yaml': `${version}${yaml}`, ...files };
  const parsed = Object.entries(all).map(([name, text]) => [name, parseDescription(name, text)] as const);
  const { draft, report } = importOpenApi(describeFiles('api.yaml', new Map(parsed)), 'api');
  const sdl = printDraft(draft);
  await composes(sdl);
  return { sdl, report };
}

/** Passes where the schema composes by itself (beside a query, if it has none). */
export async function composes(sdl: string, url = 'http://localhost'): Promise<void> {
  const input = { name: 'api', kind: 'auto', schema: [{ name: 'api.graphql', text: sdl }], url } as const;
  const other = {
    ...input,
    url: 'http://localhost',
    name: 'other',
    schema: [{ name: 'b.graphql', text: 'type Query { b: Int }' }],
  };
  const { hints } = await composeGraph(sdl.includes('type Query') ? [input] : [input, other]);
  expect(hints.filter(({ severity }) => severity === 'error')).toEqual([]);
}

/** One definition of a schema's text. */
export function definition(sdl: string, head: string): string {
  return (
    sdl
      .trim()
      .split('\n\n')
      .find((part) => part.replace(/^("[^\n]*"|"""[\s\S]*?""")\n/, '').startsWith(head)) ?? ''
  );
}
