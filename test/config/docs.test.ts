import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { configJsonSchema } from '../../src/config/schema.ts';

type JsonSchema = {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
};

const GROUPS = ['listen', 'graph', 'traffic', 'auth', 'limits'];

function settingsOf(schema: JsonSchema, at: string): string[] {
  const properties = Object.entries(schema.properties ?? {});
  const inside =
    typeof schema.additionalProperties === 'object' ? settingsOf(schema.additionalProperties, `${at}.<name>`) : [];
  const items = schema.items === undefined ? [] : settingsOf(schema.items, `${at}[]`);
  const named = properties.flatMap(([key, child]) => {
    const path = at === '' ? key : `${at}.${key}`;
    return [path, ...settingsOf(child, path)];
  });
  return [...named, ...inside, ...items];
}

it('has every setting in docs/config.md, and no other', async () => {
  const page = await readFile(new URL('../../docs/config.md', import.meta.url), 'utf8');
  const table = page.slice(page.indexOf('| setting | default | |'));
  const documented = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, setting]) => setting);
  expect(documented).toEqual(settingsOf(configJsonSchema() as JsonSchema, '').filter((path) => !GROUPS.includes(path)));
});
