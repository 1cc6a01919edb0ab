import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder, queryGraph, type RunningCommand, servedUrl, startCommand } from '../cli/command.ts';
import { json, startTestServer } from '../sources/http/test-server.ts';

const module = (text: string): string => `export default { Query: { greeting: () => ${JSON.stringify(text)} } };\n`;

/** A project of three subgraphs, served by `selvedge dev`; `save` writes a file and waits for what is said of it. */
async function serveProject(serviceUrl: string) {
  const configOf = (rest: string): string => `graph:
  subgraphs:
    hello: { schema: hello.graphql, resolvers: hello.js }
    items: { schema: items.graphql, url: "${serviceUrl}" }
    stock: { schema: stock.graphql, url: "grpc://127.0.0.1:1", proto: protos/stock.proto }
${rest}`;
  const cwd = await createFolder({
    'selvedge.yaml': configOf(''),
    'hello.graphql': 'type Query { greeting: String! }\n',
    'hello.js': module('good morning'),
    'items.graphql': 'type Query { item: String @rest(GET: "/item") }\n',
    'stock.graphql': 'type Query { stock: String @grpc(method: "stock.Stock/Get", select: "name") }\n',
    'protos/stock.proto': protoOf('Get'),
  });
  const command = startCommand(['dev', '--port', '0'], { cwd });
  const url = await servedUrl(command);
  const save = async (file: string, text: string, said: string | RegExp): Promise<string> => {
    const from = command.said();
    await mkdir(path.dirname(path.join(cwd, file)), { recursive: true });
    await writeFile(path.join(cwd, file), text);
    await command.says(said, from);
    return lastWords(command, from);
  };
  return { command, configOf, save, ask: (query: string) => queryGraph(url, query) };
}

const protoOf = (method: string): string => `syntax = "proto3";
package stock;
service Stock { rpc ${method}(Question) returns (Item); }
message Question { string sku = 1; }
message Item { string name = 1; }
`;

/** Standard output says where it serves, once; all else is on standard error. */
function lastWords(command: RunningCommand, from: number): string {
  return command.stderr().slice(from - command.stdout().length);
}

const KEPT = 'The last good graph goes on being served.';

describe('selvedge dev', () => {
  it('keeps the last good graph through every kind of broken edit, says what is wrong, and takes up the good one', async () => {
    const { url } = await startTestServer((_, response) => json(response, 'an item'));
    const { command, configOf, save, ask } = await serveProject(url);
    const all = '{ greeting item }';
    const whole = { data: { greeting: 'good morning', item: 'an item' } };

    expect(await save('items.graphql', 'type Query { item: Strin @rest(GET: "/item") }\n', KEPT)).toMatch(
      /^items\.graphql:1:20 {2}[A-Z_]+ {2}.*Strin/m,
    );
    expect(await ask(all)).toEqual(whole);
    await save(
      'items.graphql',
      'type Query { item: String @rest(GET: "/item") more: Int @rest(GET: "/more") }\n',
      'graph updated',
    );
    expect(await ask('{ __type(name: "Query") { fields { name } } }')).toMatchObject({
      data: { __type: { fields: expect.arrayContaining([{ name: 'more' }]) } },
    });

    expect(await save('protos/stock.proto', protoOf('Fetch'), KEPT)).toMatch(
      /stock\.graphql:1:\d+ {2}[A-Z_]+ {2}.*Get/,
    );
    expect(await ask(all)).toEqual(whole);
    await save('protos/stock.proto', protoOf('Get'), 'graph updated');

    expect(await save('hello.js', 'export default { Query: { greting: () => 1 } };\n', KEPT)).toContain('greting');
    expect(await ask(all)).toEqual(whole);
    expect(await save('hello.js', 'export default {\n', KEPT)).toContain('hello.js');
    expect(await ask(all)).toEqual(whole);
    await save('hello.js', module('good night'), 'graph updated');
    expect(await ask('{ greeting }')).toEqual({ data: { greeting: 'good night' } });

    expect(await save('selvedge.yaml', configOf('trafic: {}\n'), KEPT)).toMatch(
      /^selvedge\.yaml:6:1 {2}CONFIG_UNKNOWN_KEY {2}"trafic" is not a setting\.\n {4}Did you mean "traffic"\?/m,
    );
    expect(await ask('{ greeting item }')).toMatchObject({ data: { item: 'an item' } });
    expect(command.stderr()).not.toMatch(/^\s+at |Unexpected error/m);

    command.kill('SIGTERM');
    expect((await command.ended).code).toBe(0);
  });

  it('waits for the mend of what is broken at the start, says all of it each time, and then serves and follows', async () => {
    const good = 'type Query { greeting: String! }\n';
    const cwd = await createFolder({
      'selvedge.yaml': 'trafic: {}\ngraph: { subgraphs: { hello: { schema: hello.graphql, resolvers: hello.js } } }\n',
      'hello.graphql': 'type Query { greeting: Strin! }\n',
    });
    const command = startCommand(['dev', '--port', '0'], { cwd });
    const save = async (file: string, text: string, said: RegExp): Promise<void> => {
      const from = command.said();
      await writeFile(path.join(cwd, file), text);
      await command.says(said, from);
    };
    await command.says(/"trafic" is not a setting[^]*hello\.js does not exist[^]*Nothing is served yet/);
    await save('hello.js', module('good morning'), /"trafic" is not a setting[^]*Nothing is served yet/);
    const sound = 'graph: { subgraphs: { hello: { schema: hello.graphql, resolvers: hello.js } } }\n';
    await save('selvedge.yaml', 'graph: {\n', /CONFIG_[A-Z_]+[^]*Nothing is served yet/);
    await save('selvedge.yaml', sound, /^hello\.graphql:1:\d+ {2}[A-Z_]+ {2}.*Strin[^]*Nothing is served yet/m);
    expect(command.stdout()).toBe('');
    await save('hello.graphql', good, /Selvedge serves 1 subgraph/);
    const url = await servedUrl(command);
    expect(await queryGraph(url, '{ greeting }')).toEqual({ data: { greeting: 'good morning' } });
    await save('hello.js', module('good night'), /graph updated/);
    expect(await queryGraph(url, '{ greeting }')).toEqual({ data: { greeting: 'good night' } });
    command.kill('SIGTERM');
    expect((await command.ended).code).toBe(0);
  });

  it('ends where its config cannot be read', async () => {
    const cwd = await createFolder({ 'selvedge.yaml': 'graph: {\n' });
    const { code, stderr } = await startCommand(['dev', '--port', '0'], { cwd }).ended;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^selvedge\.yaml:\d+:\d+ {2}CONFIG_/) as string,
    });
  });

  it('follows files that only a broken config names, and modules that resolvers import', async () => {
    const { url } = await startTestServer((_, response) => json(response, 'an item'));
    const { command, configOf, save, ask } = await serveProject(url);
    const more = configOf('').replace('hello.js', './code/hello.js').concat('traffic: { deadline: 1s }\n');
    await save('selvedge.yaml', more, /hello\.js does not exist[^]*The last good graph/);
    await save('code/text.js', 'export const text = "good evening";\n', KEPT);
    const imports = "import { text } from './text.js';\nexport default { Query: { greeting: () => text } };\n";
    await save('code/hello.js', imports, 'graph updated');
    expect(await ask('{ greeting }')).toEqual({ data: { greeting: 'good evening' } });
    await save('code/text.js', 'export const text = "good night";\n', 'graph updated');
    expect(await ask('{ greeting }')).toEqual({ data: { greeting: 'good night' } });
    command.kill('SIGTERM');
    expect((await command.ended).code).toBe(0);
  });

  it('follows its config, but for what wants a new start', async () => {
    const { url } = await startTestServer(() => {}); // never answers
    const { command, configOf, save, ask } = await serveProject(url);
    await save('selvedge.yaml', configOf('traffic: { deadline: 200ms }\n'), 'graph updated');
    expect(await ask('{ item }')).toMatchObject({ errors: [{ extensions: { code: 'DEADLINE_EXCEEDED' } }] });
    await save('selvedge.yaml', configOf('traffic: { all: { timeout: 150ms } }\n'), 'graph updated');
    expect(await ask('{ item }')).toMatchObject({ errors: [{ extensions: { code: 'UPSTREAM_TIMEOUT' } }] });
    await save('selvedge.yaml', configOf('introspection: false\n'), 'graph updated');
    expect(await ask('{ __schema { queryType { name } } }')).toMatchObject({
      errors: [{ extensions: { code: 'INTROSPECTION_DISABLED' } }],
    });
    await save('selvedge.yaml', configOf('listen: { port: 1 }\n'), 'graph updated'); // the command line names another
    expect(await save('selvedge.yaml', configOf('listen: { path: /api }\n'), KEPT)).toContain(
      'CONFIG_NEEDS_RESTART  listen has changed',
    );
    command.kill('SIGTERM');
    expect((await command.ended).code).toBe(0);
  });
});
