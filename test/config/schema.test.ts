import { expect, it } from 'vitest';
import { configJsonSchema } from '../../src/config/schema.ts';

type JsonSchema = { readonly [key: string]: unknown };

function undescribed(schema: JsonSchema, at: string): string[] {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  const rest = schema['additionalProperties'];
  return [
    ...properties.flatMap(([key, child]) => [
      ...(child['description'] === undefined ? [`${at}.${key}`] : []),
      ...undescribed(child, `${at}.${key}`),
    ]),
    ...(typeof rest === 'object' ? undescribed(rest as JsonSchema, `${at}.*`) : []),
  ];
}

it('describes every setting for editors and refuses others', () => {
  const schema = configJsonSchema();
  expect(undescribed(schema, '')).toEqual([]);
  expect(schema).toMatchObject({
    title: 'selvedge.yaml',
    additionalProperties: false,
    required: ['graph'],
    properties: { listen: { properties: { port: { type: 'integer', minimum: 0, maximum: 65_535, default: 4000 } } } },
  });
});
