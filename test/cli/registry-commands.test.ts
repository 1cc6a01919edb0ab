import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFolder, queryGraph, runCommand, servedUrl, startCommand } from './command.ts';

const token = 'a-token-for-the-tests';
const config = `mode: development
graph:
  subgraphs: { hello: { schema: hello.graphql, resolvers: hello.js } }
  registry: { store: "sqlite:./registry.db", token: \${TOKEN} }
`;
const project = {
  'selvedge.yaml': config,
  'hello.graphql': 'type Query { greeting: String! }\n',
  'hello.js': "export default { Query: { greeting: () => 'good morning' } };\n",
  'clock.graphql': 'type Query { now: String }\n',
  'broken.graphql': 'type Query {\n  greeting: Int!\n}\n',
};

async function startRegistry(cwd: string) {
  const serving = startCommand(['serve', '--port', '0'], { cwd, env: { TOKEN: token } });
  const url = await servedUrl(serving);
  const env = { SELVEDGE_REGISTRY: url.replace('/graphql', ''), SELVEDGE_TOKEN: token };
  return { serving, url, run: (...args: readonly string[]) => runCommand(args, { cwd, env }) };
}

describe('the registry commands', () => {
  it('publish, check and list against a gateway that goes on serving, and after its restart', async () => {
    const cwd = await createFolder(project);
    const { serving, url, run } = await startRegistry(cwd);

    expect(await run('check', 'clock', '--schema', 'clock.graphql', '--url', 'http://clock')).toMatchObject({
      code: 0,
      stdout: 'clock composes with graph version 1. 1 change for clients:\n  safe       Field Query.now was added.\n',
    });
    expect(await run('publish', 'clock', '--schema', 'clock.graphql', '--url', 'http://127.0.0.1:1')).toMatchObject({
      code: 0,
      stdout: 'clock version 1 is live in graph version 2.\n  safe       Field Query.now was added.\n',
    });
    expect(await queryGraph(url, '{ greeting now }')).toMatchObject({
      data: { greeting: 'good morning', now: null },
      errors: [{ path: ['now'], extensions: { code: 'UPSTREAM_UNAVAILABLE', service: 'clock' } }],
    });
    expect((await run('publish', 'clock', '--schema', 'clock.graphql', '--json')).stdout).toContain('"unchanged"');

    const broken = await run('publish', 'clock', '--schema', 'broken.graphql');
    expect({ code: broken.code, stdout: broken.stdout }).toEqual({ code: 1, stdout: '' });
    expect(broken.stderr).toMatch(/broken\.graphql:2:3.*FIELD_TYPE_MISMATCH|INVALID_FIELD_SHARING/);
    expect(await queryGraph(url, '{ greeting }')).toEqual({ data: { greeting: 'good morning' } });

    serving.kill('SIGTERM');
    expect((await serving.ended).code).toBe(0);
    const again = await startRegistry(cwd);
    expect(await queryGraph(again.url, '{ __type(name: "Query") { fields { name } } }')).toEqual({
      data: { __type: { fields: expect.arrayContaining([{ name: 'greeting' }, { name: 'now' }]) } },
    });
    const history = await again.run('history');
    expect(history.code).toBe(0);
    expect(history.stdout.replace(/^\d{4}-\S+Z/gm, 'TIME').replace(/by (?!config).*/g, 'by SOMEONE')).toMatch(
      /^TIME {2}refused {4}clock {2}by SOMEONE\n(?: {4}[A-Z_]+ {2}.*\n)+TIME {2}published {2}clock version 1 {2}graph 2 {2}by SOMEONE\nTIME {2}seeded {5}hello version 1 {2}graph 1 {2}by config\n$/,
    );
    expect((await again.run('history', 'nosuch')).stderr).toBe(
      'Nothing has been published as "nosuch". Without a name, history lists every subgraph.\n',
    );
    expect(JSON.parse((await again.run('history', 'hello', '--json')).stdout)).toMatchObject({
      entries: [{ subgraph: 'hello', action: 'seeded' }],
    });
  });

  it('fail a check that would break clients, unless that is allowed', async () => {
    const { run } = await startRegistry(
      await createFolder({ ...project, 'less.graphql': 'type Query { hi: String }' }),
    );
    const failed = await run('check', 'hello', '--schema', 'less.graphql');
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain('breaking   Field Query.greeting was removed.');
    expect(failed.stderr).toContain('1 breaking change: operations of today may fail.');
    expect((await run('check', 'hello', '--schema', 'less.graphql', '--allow-breaking')).code).toBe(0);
  });

  it('show the worst of many changes, and how many more there are', async () => {
    const types = Array.from({ length: 120 }, (_, index) => `type T${index} { id: ID }`);
    const many = ['type Query { hi: String }', ...types].join('\n');
    const { run } = await startRegistry(await createFolder({ ...project, 'many.graphql': many }));
    const { stdout } = await run('check', 'many', '--schema', 'many.graphql', '--url', 'http://many');
    expect(stdout).toMatch(
      /^many composes with graph version 1. 121 changes for clients:\n(?: {2}safe .*\n){100} {2}… and 21 more/,
    );
  });

  it('exit 1 where the registry refuses, and 3 where it is not there or is something else', async () => {
    const cwd = await createFolder(project);
    const { run } = await startRegistry(cwd);
    expect(await run('history', '--token', 'not-the-token')).toMatchObject({
      code: 1,
      stderr: 'The registry answered UNAUTHENTICATED: This token is not valid here.\n',
    });
    const other = createServer((_, response) => response.writeHead(404).end('nothing here')).listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => void other.once('listening', resolve));
    const otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const elsewhere = await run('history', '--registry', otherUrl);
    expect(elsewhere.code).toBe(3);
    expect(elsewhere.stderr).toContain('answered 404, and not as a registry does');
    other.close();
    const gone = await run('history', '--registry', otherUrl, '--json');
    expect(gone.code).toBe(3);
    expect(gone.stderr).toContain("can't be reached: nothing listens there.");
    expect(JSON.parse(gone.stdout)).toEqual({ error: { message: expect.stringContaining("can't be reached") } });
  });
});
