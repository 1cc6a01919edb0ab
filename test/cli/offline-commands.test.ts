import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder, runCommand } from './command.ts';

const users = 'type Query { me: User }\ntype User @key(fields: "id") {\n  id: ID!\n  name: String\n}\n';
const reviews = 'type User @key(fields: "id") {\n  id: ID!\n  reviews: [String!]!\n}\n';
const config = `graph:
  subgraphs:
    users: { schema: users.graphql, url: "http://users" }
    reviews: { schema: reviews.graphql, url: "http://reviews" }
`;
const project = { 'selvedge.yaml': config, 'users.graphql': users, 'reviews.graphql': reviews };

describe('selvedge', () => {
  it('lists its commands, and only those that exist', async () => {
    const { code, stdout } = await runCommand(['--help'], { cwd: await createFolder() });
    expect(code).toBe(0);
    expect([...stdout.matchAll(/^ {2}(\w+) (?:\[|<)/gm)].map(([, name]) => name)).toEqual([
      'serve',
      'dev',
      'compose',
      'plan',
      'call',
      'check',
      'publish',
      'history',
      'import',
      'config',
      'init',
    ]);
  });

  it.each([
    [['serve']],
    [['dev']],
    [['compose']],
    [['plan']],
    [['call']],
    [['check']],
    [['publish']],
    [['history']],
    [['import', 'openapi']],
    [['import', 'proto']],
    [['import', 'asyncapi']],
    [['config', 'check']],
    [['config', 'schema']],
    [['init']],
  ])('helps with %j', async (args) => {
    const { code, stdout, stderr } = await runCommand([...args, '--help'], { cwd: await createFolder() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: selvedge ${args.join(' ')}`);
    expect(stdout).toContain('--json');
  });

  it.each([
    [['conpose'], "error: unknown command 'conpose'\n(Did you mean compose?)"],
    [['import', 'openapi'], '(selvedge import openapi --help says more)'],
    [['serve', '--prot', '1'], "error: unknown option '--prot'\n(Did you mean --port?)"],
    [['serve', '--port', '123456'], 'Expected a port from 0 to 65535.'],
    [['serve', '--mode', 'prod'], 'Allowed choices are production, development'],
    [['plan'], "required option '-q, --query <file>' not specified"],
    [['compose', 'extra'], 'too many arguments'],
    [['publish'], "missing required argument 'name'"],
    [['publish', 'users'], 'Give the schema'],
    [['history'], 'Say which registry'],
    [['history', '--registry', 'nowhere', '--token', 'x'], "The registry's URL is not a URL"],
    [['history', '--registry', 'http://a'], "Give the registry's token"],
    [['history', '--limit', '0'], 'Expected 1 to 999.'],
    [[], 'Usage: selvedge'],
  ])('exits 2 for %j', async (args, message) => {
    const { code, stdout, stderr } = await runCommand(args, { cwd: await createFolder() });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('selvedge compose', () => {
  it('prints the supergraph', async () => {
    const { code, stdout, stderr } = await runCommand(['compose'], { cwd: await createFolder(project) });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('reviews: [String!]! @join__field(graph: REVIEWS)');
  });

  it('writes it to a file, or gives it as JSON', async () => {
    const cwd = await createFolder(project);
    const written = await runCommand(['compose', '--out', 'supergraph.graphql', '--json'], { cwd });
    expect(written.code).toBe(0);
    const supergraph = await readFile(path.join(cwd, 'supergraph.graphql'), 'utf8');
    expect(JSON.parse(written.stdout)).toEqual({ supergraph, hints: [] });
    const nowhere = await runCommand(['compose', '--out', 'no/folder/supergraph.graphql'], { cwd });
    expect(nowhere).toMatchObject({ code: 1, stdout: '' });
    expect(nowhere.stderr).toBe(
      "--out: no/folder/supergraph.graphql can't be written: there is no such folder. Make it first.\n",
    );
  });

  it('exits 1 with every error, where it stands and what to do', async () => {
    const cwd = await createFolder({
      ...project,
      'reviews.graphql': reviews.replace('id: ID!', 'id: ID!\n  name: Int'),
    });
    const { code, stdout, stderr } = await runCommand(['compose'], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/(users\.graphql:4:3|reviews\.graphql:3:3).* {2}FIELD_TYPE_MISMATCH {2}/);
    expect(stderr).not.toMatch(/\n\s+at /);
    const json = await runCommand(['compose', '--json'], { cwd });
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ problems: [{ severity: 'error', coordinate: 'User.name' }] });
  });
});

describe('selvedge plan', () => {
  it('prints what an operation fetches', async () => {
    const cwd = await createFolder({
      ...project,
      'query.graphql': 'query A { me { id } }\nquery B { me { name reviews } }',
    });
    const { code, stdout } = await runCommand(['plan', '--query', 'query.graphql', '--operation', 'B'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('service: "users"');
    expect(stdout).toContain('service: "reviews"');
  });

  it('reads standard input, and gives JSON', async () => {
    const cwd = await createFolder(project);
    const { code, stdout } = await runCommand(['plan', '--query', '-', '--json'], { cwd, input: '{ me { name } }' });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ root: { kind: 'fetch', subgraph: 'users' }, possibleTypes: {} });
  });

  it('plans against a supergraph without a config', async () => {
    const cwd = await createFolder(project);
    const { stdout } = await runCommand(['compose'], { cwd });
    const elsewhere = await createFolder({ 'supergraph.graphql': stdout, 'q.graphql': '{ me { name } }' });
    const planned = await runCommand(['plan', '--query', 'q.graphql', '--supergraph', 'supergraph.graphql'], {
      cwd: elsewhere,
    });
    expect(planned).toMatchObject({ code: 0, stderr: '' });
    const missing = await runCommand(['plan', '--query', 'q.graphql', '--supergraph', 'no.graphql'], {
      cwd: elsewhere,
    });
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('the file no.graphql does not exist');
  });

  it.each([
    ['{ me { nam } }', 'query.graphql:1:8  GRAPHQL_VALIDATION_FAILED  Cannot query field "nam"'],
    ['{ me { name }', 'query.graphql:1:14  GRAPHQL_PARSE_FAILED'],
    ['query A { me { id } } query B { me { id } }', 'OPERATION_NOT_FOUND'],
  ])('exits 1 for %s and says where', async (query, message) => {
    const cwd = await createFolder({ ...project, 'query.graphql': query });
    const { code, stdout, stderr } = await runCommand(['plan', '--query', 'query.graphql'], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('selvedge config', () => {
  it('says that a config is right', async () => {
    const { code, stdout } = await runCommand(['config', 'check'], { cwd: await createFolder(project) });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'selvedge.yaml is right: it serves 2 subgraphs.\n' });
  });

  it('says everything that is wrong with one, and exits 1', async () => {
    const cwd = await createFolder({
      ...project,
      'other.yaml': `${config.replace('users.graphql', 'gone.graphql')}liste: {}\n`,
    });
    const { code, stderr } = await runCommand(['config', 'check', '--config', 'other.yaml'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toBe(
      [
        'other.yaml:3:22  CONFIG_FILE_UNREADABLE  graph.subgraphs.users.schema: the file gone.graphql does not exist.',
        'other.yaml:5:1  CONFIG_UNKNOWN_KEY  "liste" is not a setting.\n    Did you mean "listen"?\n',
      ].join('\n'),
    );
    const json = await runCommand(['config', 'check', '--config', 'other.yaml', '--json'], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({
      problems: [{ code: 'CONFIG_FILE_UNREADABLE' }, { coordinate: 'liste', places: [{ line: 5, column: 1 }] }],
    });
  });

  it('reads a TypeScript config', async () => {
    const module = `const port: number = 4100;
export default { listen: { port }, graph: { subgraphs: { users: { schema: 'users.graphql', url: 'http://users' } } } };`;
    const cwd = await createFolder({ 'selvedge.config.ts': module, 'users.graphql': users });
    expect(await runCommand(['config', 'check'], { cwd })).toMatchObject({
      code: 0,
      stdout: 'selvedge.config.ts is right: it serves 1 subgraph.\n',
    });
  });

  it('prints the JSON Schema', async () => {
    const { stdout } = await runCommand(['config', 'schema'], { cwd: await createFolder() });
    expect(JSON.parse(stdout)).toMatchObject({ title: 'selvedge.yaml', type: 'object' });
  });
});
