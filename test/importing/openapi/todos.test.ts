import { describe, expect, it } from 'vitest';
import { composes, definition, importedApi } from '../imported.ts';

const ok = (schema: string): string => `responses: { '200': { content: { application/json: { schema: ${schema} } } } }`;
const ref = (name: string): string => `{ $ref: '#/components/schemas/${name}' }`;
const paged = (operationId: string): string =>
  `get: { operationId: ${operationId}, parameters: [{ name: page, in: query }, { name: per_page, in: query }], ${ok(`{ type: array, items: ${ref('User')} }`)} }`;
const components = `components:
  schemas:
    User: { type: object, properties: { id: { type: string }, first_name: { type: string }, more_data: { type: object }, by_name: { type: object, additionalProperties: true } } }
    Team: { type: object, properties: { title: { type: string }, size: { type: integer } } }`;

const todosOf = (text: string): readonly string[] =>
  [...text.matchAll(/# TODO: (.*)\n\s*(?:"[^\n]*\n\s*)?((?:type )?\w+)/g)].map(([, todo, what]) => `${what}: ${todo}`);

describe('decisions that are the reader’s', () => {
  it('stand where they are to be made', async () => {
    const { sdl, report } = await importedApi(`
paths:
  /users: { ${paged('listUsers')} }
  /users/{login}: { get: { operationId: getUser, ${ok(ref('User'))} } }
  /teams/{team}: { get: { operationId: getTeam, ${ok(ref('Team'))} } }
  /a: { get: { ${ok('{ type: string }')} }, post: { responses: { '204': {} } } }
${components}
  securitySchemes: { key: { type: apiKey, in: header, name: X-Key }, token: { type: http, scheme: bearer } }`);
    expect(todosOf(sdl)).toEqual([
      'type Query: the service knows its callers by x-key and authorization: say in the config (auth.upstream) what it gets',
      'users: comes in pages. To gather them, instead of page and perPage, add to @rest: paginate: { by: PAGE, param: "page", size: "per_page" }',
      'a: named by its path, as all that have no operationId. Rename what reads badly',
      'type User: an entity? If the {login} of GET /users/{login} is its id: @key(fields: "id") @rest(GET: "/users/{id}")',
      'moreData: JSON: it is an object of which no property is described. If you know what is in it, write a type',
      'type Team: an entity? GET /teams/{team} gives one by its team, which no field holds: with one, add @key and that @rest',
    ]);
    expect(report.todos.map(({ at }) => at)).toEqual([
      'Query',
      'Query.users',
      'Query.a',
      'User',
      'User.moreData',
      'Team',
    ]);
  });

  it('are few of a kind: the report has the others', async () => {
    const paths = [1, 2, 3, 4, 5, 6, 7].map((number) => `  /users${number}: { ${paged(`listUsers${number}`)} }`);
    const { sdl, report } = await importedApi(`paths:\n${paths.join('\n')}\n${components}`);
    const pages = todosOf(definition(sdl, 'type Query'));
    expect(pages).toHaveLength(5);
    expect(pages.map((text) => text.endsWith(' (more like this below)'))).toEqual([false, false, false, false, true]);
    expect(report.todos.filter(({ todo }) => todo.startsWith('comes in pages'))).toHaveLength(7);
  });

  it('are said of names that needed a number', async () => {
    const { sdl } = await importedApi(`
paths:
  /a/{x}: { get: { operationId: getThing, ${ok('{ type: string }')} } }
  /b/a/{x}: { get: { operationId: get_thing, ${ok('{ type: string }')} } }
  /a/{y}: { get: { operationId: thing, ${ok('{ type: string }')} } }`);
    expect(todosOf(sdl)).toEqual(['a2: numbered, for another operation has this name too. Give it a better one']);
  });

  it('are said of what is at a server of its own', async () => {
    const { sdl } = await importedApi(`
servers: [{ url: https://api.example }]
paths:
  /a: { servers: [{ url: https://files.example }], get: { operationId: getA, ${ok('{ type: string }')} } }
  /b: { servers: [{ url: https://api.example }], get: { operationId: getB, ${ok('{ type: string }')} } }`);
    expect(todosOf(sdl)).toEqual([
      'a: at a server of its own, https://files.example: name it by @source(name:), and say source: in this @rest',
    ]);
  });

  it('hold: what is proposed for pages composes', async () => {
    const { sdl } = await importedApi(`paths: { /users: { ${paged('listUsers')} } }\n${components}`);
    const [, paginate = ''] = /paginate: (\{.*\})/.exec(sdl) ?? [];
    const decided = sdl
      .replace(/\(page: .*?\): \[User/, ': [User')
      .replace('"/users{?page,perPage}"', `"/users", paginate: ${paginate}`);
    expect(decided).toContain('users: [User!]! @rest(GET: "/users", paginate: { by: PAGE');
    await composes(decided);
  });
});
