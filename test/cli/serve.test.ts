import { exec } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFolder, queryGraph, runCommand, servedUrl, startCommand } from './command.ts';

const module = (text: string): string => `export default { Query: { greeting: () => ${JSON.stringify(text)} } };\n`;
const project = {
  'selvedge.yaml': 'graph: { subgraphs: { hello: { schema: schemas/hello.graphql, resolvers: hello.js } } }\n',
  'schemas/hello.graphql': 'type Query { greeting: String! }\n',
  'hello.js': module('good morning'),
};

type Manifest = {
  readonly dependencies: { readonly selvedge: string };
  readonly scripts: { readonly check: string };
};

async function queryStarter(folder: string): Promise<unknown> {
  const serving = startCommand(['serve', '--port', '0'], { cwd: folder });
  const answer = await queryGraph(await servedUrl(serving), '{ hello(name: "you") { text length } }');
  serving.kill('SIGTERM');
  expect((await serving.ended).code).toBe(0);
  return answer;
}

describe('selvedge init', () => {
  it('writes a project that serves at once', async () => {
    const cwd = await createFolder();
    const { code, stdout } = await runCommand(['init', 'My Shop'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('resolvers/hello.ts');
    const folder = path.join(cwd, 'My Shop');
    expect(JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'))).toMatchObject({ name: 'my-shop' });
    expect(await queryStarter(folder)).toEqual({ data: { hello: { text: 'Hello, you!', length: 11 } } });
  });

  it('writes a package.json that names this clone, and scripts that run once it is linked there', async () => {
    const cwd = await createFolder({ 'real/a': '' });
    await symlink(path.join(cwd, 'real'), path.join(cwd, 'link'));
    expect((await runCommand(['init', 'link/shop'], { cwd })).code).toBe(0);
    const folder = path.join(cwd, 'real/shop');
    const { dependencies, scripts } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as Manifest;
    const clone = path.resolve(folder, dependencies.selvedge.replace(/^file:/, ''));
    expect(clone).toBe(path.resolve(import.meta.dirname, '../..'));
    await mkdir(path.join(folder, 'node_modules'));
    await symlink(clone, path.join(folder, 'node_modules/selvedge'));
    const { stdout } = await promisify(exec)(scripts.check, { cwd: folder });
    expect(stdout).toContain('selvedge.yaml is right: it serves 1 subgraph.');
    expect(stdout).toContain('hello(name: String = "world"): Greeting!');
  });

  it('overwrites nothing', async () => {
    const cwd = await createFolder({ 'README.md': 'mine', 'schemas/hello.graphql': 'mine' });
    const { code, stderr } = await runCommand(['init'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toBe('schemas/hello.graphql, README.md are there already. Nothing was written.\n');
    expect(await readFile(path.join(cwd, 'README.md'), 'utf8')).toBe('mine');
    await expect(readFile(path.join(cwd, 'selvedge.yaml'))).rejects.toThrow('ENOENT');
  });
});

describe('selvedge serve', () => {
  it('serves in production mode until it is told to end, and then exits 0', async () => {
    const serving = startCommand(['serve', '--port', '0', '--json'], { cwd: await createFolder(project) });
    await serving.says('"url"');
    const { url, port } = JSON.parse(serving.stdout()) as { url: string; port: number };
    expect(url).toBe(`http://127.0.0.1:${port}/graphql`);
    expect(await queryGraph(url, '{ greeting }')).toEqual({ data: { greeting: 'good morning' } });
    expect(await queryGraph(url, '{ __schema { queryType { name } } }')).toMatchObject({
      errors: [{ extensions: { code: 'INTROSPECTION_DISABLED' } }],
    });
    serving.kill('SIGTERM');
    expect((await serving.ended).code).toBe(0);
  });

  it('follows its config and schemas, and logs what becomes of a change', async () => {
    const cwd = await createFolder(project);
    const write = (file: string, text: string) => writeFile(path.join(cwd, file), text);
    const serving = startCommand(['serve', '--port', '0'], { cwd });
    const url = await servedUrl(serving);
    await write('schemas/hello.graphql', 'type Query { greeting(to: String): String! }\n');
    await serving.says('what they say now is served');
    expect(await queryGraph(url, '{ greeting(to: "you") }')).toEqual({ data: { greeting: 'good morning' } });

    await write('schemas/hello.graphql', 'type Query { greeting: Strin! }\n');
    await serving.says('nothing changes');
    expect(serving.stderr()).toMatch(/"problems":\["schemas\/hello\.graphql:1:\d+ [^]*Strin/);
    expect(await queryGraph(url, '{ greeting(to: "you") }')).toEqual({ data: { greeting: 'good morning' } });
    serving.kill('SIGTERM');
    expect((await serving.ended).code).toBe(0);
  });

  it('follows files that change by a link above them, as in a volume of Kubernetes', async () => {
    const cwd = await createFolder({
      'v1/selvedge.yaml': project['selvedge.yaml'].replaceAll('schemas/', ''),
      'v1/hello.graphql': project['schemas/hello.graphql'],
      'v1/hello.js': project['hello.js'],
      'v2/selvedge.yaml': project['selvedge.yaml'].replaceAll('schemas/', ''),
      'v2/hello.graphql': project['schemas/hello.graphql'],
      'v2/hello.js': module('good night'),
    });
    await symlink('v1', path.join(cwd, '..data'));
    for (const file of ['selvedge.yaml', 'hello.graphql', 'hello.js'])
      await symlink(`..data/${file}`, path.join(cwd, file));
    const serving = startCommand(['serve', '--port', '0'], { cwd });
    const url = await servedUrl(serving);
    await symlink('v2', path.join(cwd, '..next'));
    await rename(path.join(cwd, '..next'), path.join(cwd, '..data'));
    await serving.says('what they say now is served');
    expect(await queryGraph(url, '{ greeting }')).toEqual({ data: { greeting: 'good night' } });
    serving.kill('SIGTERM');
    expect((await serving.ended).code).toBe(0);
  });

  it('looks at its files on SIGHUP', async () => {
    const serving = startCommand(['serve', '--port', '0'], { cwd: await createFolder(project) });
    const url = await servedUrl(serving);
    await expect
      .poll(
        () => {
          serving.kill('SIGHUP');
          return serving.stderr();
        },
        { interval: 1000, timeout: 20_000 },
      )
      .toContain('what they say now is served');
    expect(await queryGraph(url, '{ greeting }')).toEqual({ data: { greeting: 'good morning' } });
    serving.kill('SIGTERM');
    expect((await serving.ended).code).toBe(0);
  });

  it('takes its mode from the command line', async () => {
    const serving = startCommand(['serve', '--port', '0', '--mode', 'development'], {
      cwd: await createFolder(project),
    });
    expect(await queryGraph(await servedUrl(serving), '{ __schema { queryType { name } } }')).toEqual({
      data: { __schema: { queryType: { name: 'Query' } } },
    });
    serving.kill('SIGINT');
    expect((await serving.ended).code).toBe(0);
  });

  it('says which port is in use, and exits 3', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await new Promise((resolve) => void taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const { code, stdout, stderr } = await runCommand(['serve', '--port', String(port)], {
      cwd: await createFolder(project),
    });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe(`Port ${port} is in use. Stop what listens there, or choose another with --port.\n`);
  });

  it('says everything that is wrong with its config, and exits 1', async () => {
    const cwd = await createFolder({ ...project, 'selvedge.yaml': `moed: development\n${project['selvedge.yaml']}` });
    const { code, stderr } = await runCommand(['serve'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toBe('selvedge.yaml:1:1  CONFIG_UNKNOWN_KEY  "moed" is not a setting.\n    Did you mean "mode"?\n');
  });

  it('says where there is no config', async () => {
    const { code, stderr } = await runCommand(['serve'], { cwd: await createFolder() });
    expect(code).toBe(1);
    expect(stderr).toBe(
      'selvedge.yaml:1:1  CONFIG_UNREADABLE  There is no such file. `selvedge init` writes a first one.\n',
    );
  });
});

describe('selvedge dev', () => {
  it('follows edits, and keeps the last good graph through a broken one', async () => {
    const cwd = await createFolder(project);
    const write = (file: string, text: string): Promise<void> => writeFile(path.join(cwd, file), text);
    const serving = startCommand(['dev', '--port', '0'], { cwd });
    const url = await servedUrl(serving);
    let from = serving.said();
    await write('schemas/hello.graphql', 'type Query { greeting(to: String): String! }\n');
    await serving.says('graph updated: 1 subgraph', from);
    expect(await queryGraph(url, '{ greeting(to: "you") }')).toEqual({ data: { greeting: 'good morning' } });

    from = serving.said();
    await write('schemas/hello.graphql', 'type Query { greeting: Strin!\n');
    await serving.says('The last good graph goes on being served.', from);
    expect(serving.stderr()).toMatch(/schemas\/hello\.graphql:\d+:\d+ {2}/);
    expect(await queryGraph(url, '{ greeting(to: "you") }')).toEqual({ data: { greeting: 'good morning' } });

    // As editors save: a new file takes the place of the old one.
    from = serving.said();
    await write('schemas/new', 'type Query { greeting: String! }\n');
    await rename(path.join(cwd, 'schemas/new'), path.join(cwd, 'schemas/hello.graphql'));
    await serving.says('graph updated', from);
    expect(await queryGraph(url, '{ greeting(to: "you") }')).toMatchObject({
      errors: [{ message: expect.stringContaining('to') }],
    });

    from = serving.said();
    await write('hello.js', module('good night'));
    await serving.says('graph updated', from);
    expect(await queryGraph(url, '{ greeting }')).toEqual({ data: { greeting: 'good night' } });

    from = serving.said();
    await write('selvedge.yaml', `${project['selvedge.yaml']}workers: 2\n`);
    await serving.says('CONFIG_NEEDS_RESTART  workers has changed', from);
    serving.kill('SIGTERM');
    expect((await serving.ended).code).toBe(0);
  });
});
