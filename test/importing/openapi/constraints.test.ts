import { describe, expect, it } from 'vitest';
import { definition, importedApi } from '../imported.ts';

/** The argument that a query parameter of this schema becomes, and the input field of the same. */
async function imported(schema: string, version = '3.1.0') {
  const { sdl, report } = await importedApi(`
openapi: ${version}
paths:
  /a:
    get: { operationId: getA, parameters: [{ name: x, in: query, schema: ${schema} }], responses: { '204': {} } }
    post:
      operationId: addA
      requestBody: { content: { application/json: { schema: { type: object, properties: { x: ${schema} } } } } }
      responses: { '204': {} }`);
  const argument = /a\((.*)\): /.exec(definition(sdl, 'type Query'))?.[1];
  return { argument, field: /^ {2}(x: .*)$/m.exec(definition(sdl, 'input'))?.[1], simplified: report.simplified };
}

describe('constraints', () => {
  it.each([
    ['{ type: integer, minimum: 1, maximum: 100 }', 'Int @constraint(min: 1, max: 100)'],
    ['{ type: integer, exclusiveMinimum: 0, exclusiveMaximum: 10 }', 'Int @constraint(min: 1, max: 9)'],
    ['{ type: number, minimum: 0.5 }', 'Float @constraint(min: 0.5)'],
    ['{ type: string, minLength: 1, maxLength: 80 }', 'String @constraint(minLength: 1, maxLength: 80)'],
    ['{ type: string, pattern: "^[a-z]\\\\u00e9+$" }', 'String @constraint(pattern: "^[a-z]\\\\x{00e9}+$")'],
    ['{ type: string, format: email }', 'String @constraint(format: "email")'],
    [
      '{ type: array, minItems: 1, maxItems: 9, items: { type: string, maxLength: 3 } }',
      '[String!] @constraint(maxLength: 3, minItems: 1, maxItems: 9)',
    ],
    ["{ type: [string, 'null'], maxLength: 3 }", 'String @constraint(maxLength: 3)'],
    ['{ allOf: [{ type: string, maxLength: 9 }, { maxLength: 3 }] }', 'String @constraint(maxLength: 9)'],
  ])('of %s are %s', async (schema, expected) => {
    const { argument, field, simplified } = await imported(schema);
    expect({ argument, field, simplified }).toEqual({
      argument: `x: ${expected}`,
      field: `x: ${expected}`,
      simplified: [],
    });
  });

  it('know how OpenAPI 3.0 says that a bound is excluded', async () => {
    const { field } = await imported('{ type: integer, minimum: 0, exclusiveMinimum: true }', '3.0.3');
    expect(field).toBe('x: Int @constraint(min: 1)');
  });

  it.each([
    ['{ type: string, minLength: 0, maxLength: 5000 }', 'String'],
    ['{ type: integer, minimum: -2147483648, maximum: 2147483647 }', 'Int'],
    ['{ type: array, minItems: 0, items: { type: string } }', '[String!]'],
    ['{ type: integer, minimum: 9, maximum: 3 }', 'Int'],
    ['{ type: string, format: date-time, maxLength: 30 }', 'DateTime'],
    ["{ anyOf: [{ type: string, minLength: 3 }, { enum: [''] }] }", 'String'],
    ['{ type: boolean, minimum: 3 }', 'Boolean'],
  ])('of %s are none', async (schema, expected) => {
    expect((await imported(schema)).field).toBe(`x: ${expected}`);
  });

  it('do not refuse what the description takes, and say so', async () => {
    const float = await imported('{ type: number, exclusiveMinimum: 0 }');
    expect(float.field).toBe('x: Float @constraint(min: 0)');
    expect(float.simplified).toMatchObject([{ why: 'is more than 0, that number itself not among them' }, {}]);
    const ahead = await imported('{ type: string, maxLength: 9, pattern: "^(?!a)" }');
    expect(ahead.field).toBe('x: String @constraint(maxLength: 9)');
    expect(ahead.simplified).toMatchObject([{ why: expect.stringContaining('is not checked') as string }, {}]);
  });

  it('leave out what the default breaks', async () => {
    const { argument } = await imported('{ type: integer, minimum: 1, maximum: 9, default: 0 }');
    expect(argument).toBe('x: Int = 0 @constraint(max: 9)');
  });
});
