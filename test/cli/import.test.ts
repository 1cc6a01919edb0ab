import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder, runCommand } from './command.ts';

const api = (fields: string) => `openapi: 3.0.3
info: { title: Users, version: '1' }
servers: [{ url: 'https://users.example/v1' }]
paths:
  /users/{id}:
    get:
      operationId: getUser
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/User' } } } } }
components:
  schemas:
    User: { type: object, required: [id], properties: { id: { type: string }, ${fields} } }
`;

describe('selvedge import', () => {
  it('prints the schema, and says on standard error what became of the description', async () => {
    const cwd = await createFolder({ 'users.yaml': api('name: { type: string }') });
    const { code, stdout, stderr } = await runCommand(['import', 'openapi', 'users.yaml'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toBe(`type Query {
  user(id: ID!): User @rest(GET: "/users/{id}")
}

type User @key(fields: "id") @rest(GET: "/users/{id}") {
  id: ID!
  name: String
}
`);
    expect(stderr).toBe(`users.yaml: 1 operation became 1 field of Query; 2 types, 1 of them an entity.
What the config needs:
  graph.subgraphs.users.url: https://users.example/v1
`);
  });

  it('writes a file, and brings what is new into what has become of it', async () => {
    const cwd = await createFolder({ 'users.yaml': api('name: { type: string }') });
    const args = ['import', 'openapi', 'users.yaml', '--out', 'users.graphql', '--json'];
    await runCommand(args, { cwd });
    const file = path.join(cwd, 'users.graphql');
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace('  name: String', '  fullName: String! @map(from: "name")'),
    );
    await writeFile(path.join(cwd, 'users.yaml'), api('name: { type: string }, mail: { type: string }'));
    const { code, stdout } = await runCommand(args, { cwd });
    expect({ code, json: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 0,
      json: { out: 'users.graphql', merged: { added: ['User.mail'], conflicts: [] }, report: { operations: 1 } },
    });
    expect(await readFile(file, 'utf8')).toContain('  fullName: String! @map(from: "name")\n  mail: String\n');
  });

  it('tells what is left to decide, and conflicts that stand since earlier', async () => {
    const cwd = await createFolder({ 'users.yaml': api('more: { type: object }') });
    const args = ['import', 'openapi', 'users.yaml', '-o', 'users.graphql'];
    const file = path.join(cwd, 'users.graphql');
    expect((await runCommand(args, { cwd })).stderr).toContain('1 decision is yours: # TODO in the schema.');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/ {2}# TODO.*\n {2}more: JSON/, '  more: String!'));
    await writeFile(path.join(cwd, 'users.yaml'), api('more: { type: integer }'));
    expect((await runCommand(args, { cwd })).stderr).toContain('conflict: User.more is yours: more: String!');
    const { stderr } = await runCommand(args, { cwd });
    expect(stderr).toContain('conflicts of earlier imports, still marked # CONFLICT: User.more');
    expect(stderr).not.toContain('decision');
  });

  it('leaves what is checked to the service where it shall', async () => {
    const cwd = await createFolder({
      'users.yaml': api('').replace('{ type: string }', '{ type: string, maxLength: 9 }'),
    });
    const [checked, unchecked] = await Promise.all(
      [[], ['--no-constraints']].map((option) => runCommand(['import', 'openapi', 'users.yaml', ...option], { cwd })),
    );
    expect(checked?.stdout).toContain('user(id: ID! @constraint(maxLength: 9)): User');
    expect(unchecked?.stdout).toContain('user(id: ID!): User');
  });

  it.each([
    ['users.v2.yaml', 'users-v2'],
    ['2 users.yaml', 'users'],
    ['3.yaml', 'service'],
  ])('makes of the file name %s a name that a subgraph can have', async (file, name) => {
    const cwd = await createFolder({ [file]: api('name: { type: string }') });
    const { code, stderr } = await runCommand(['import', 'openapi', file], { cwd });
    expect(code).toBe(0);
    expect(stderr).toContain(`graph.subgraphs.${name}.url`);
  });

  it('overwrites nothing that it has not written', async () => {
    const cwd = await createFolder({
      'users.yaml': api('name: { type: string }'),
      'users.graphql': 'type Query { a: Int }',
    });
    const { code, stderr } = await runCommand(['import', 'openapi', 'users.yaml', '-o', 'users.graphql'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain(
      'IMPORT_MERGE_IMPOSSIBLE  users.graphql is there already, and users.graphql.imported is not.',
    );
    expect(await readFile(path.join(cwd, 'users.graphql'), 'utf8')).toBe('type Query { a: Int }');
  });

  it('says where an edit keeps the schema from composing', async () => {
    const cwd = await createFolder({ 'users.yaml': api('name: { type: string }') });
    const args = ['import', 'openapi', 'users.yaml', '-o', 'users.graphql'];
    await runCommand(args, { cwd });
    const file = path.join(cwd, 'users.graphql');
    await writeFile(file, (await readFile(file, 'utf8')).replace('{id}', '{ident}'));
    const { code, stderr } = await runCommand(args, { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('users.graphql:2:34  UNKNOWN_NAME');
  });

  it('ends with what is nested to no end', async () => {
    const depth = 20_000;
    const schema = `${'{"type":"object","properties":{"a":'.repeat(depth)}{}${'}}'.repeat(depth)}`;
    const answer = `{"get":{"responses":{"200":{"content":{"application/json":{"schema":${schema}}}}}}}`;
    const cwd = await createFolder({ 'deep.json': `{"openapi":"3.0.0","paths":{"/a":${answer}}}` });
    const { code, stderr } = await runCommand(['import', 'openapi', 'deep.json'], { cwd });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'deep.json is nested too deeply to be read. Name its parts, and refer to them.\n',
    });
  });

  it.each([
    [['openapi', 'nowhere.yaml'], 1, "IMPORT_UNREADABLE  nowhere.yaml can't be read: there is no such file."],
    [['openapi', '.'], 1, 'it is a folder'],
    [
      ['openapi', 'a.proto'],
      1,
      'a.proto is a description for `selvedge import proto`.\n    selvedge import proto a.proto',
    ],
    [['asyncapi', 'users.yaml'], 1, 'selvedge import openapi users.yaml'],
    [['proto', 'users.yaml'], 1, 'selvedge import openapi users.yaml'],
    [['openapi', 'events.yaml'], 1, 'selvedge import asyncapi events.yaml'],
    [['proto', 'a.graphql'], 1, 'a.graphql is a GraphQL schema.\n    Name it in the config as it is'],
    [['openapi', 'broken.yaml'], 1, 'It is neither JSON nor YAML'],
    [['asyncapi', 'events.yaml', '-n', 'partner'], 0, '1 operation became 1 field of Subscription'],
    [['openapi', 'users.yaml', '-o', 'no/such/folder.graphql'], 1, 'there is no such folder'],
    [['openapi'], 2, "missing required argument 'file'"],
    [['swagger', 'users.yaml'], 2, "unknown command 'swagger'"],
  ])('ends %j with %i', async (args, expected, message) => {
    const cwd = await createFolder({
      'users.yaml': api('name: { type: string }'),
      'a.proto': '// Users.\nsyntax = "proto3";\nservice Users { }',
      'a.graphql': 'type Query { a: Int }',
      'broken.yaml': 'openapi: 3.0.0\n  paths: {',
      'events.yaml': `asyncapi: 3.0.0
channels: { a: { address: a, messages: { m: { payload: { type: string } } } } }
operations: { onA: { action: send, channel: { $ref: '#/channels/a' } } }`,
    });
    const { code, stderr } = await runCommand(['import', ...args], { cwd });
    expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringContaining(message) as string });
  });
});
