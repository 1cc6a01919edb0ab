import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Problem, ProblemsError } from '../../../src/errors/problem.ts';
import { loadResolvers } from '../../../src/sources/local/load-resolvers.ts';

const LOAD_RESOLVERS = resolve(import.meta.dirname, '../../../src/sources/local/load-resolvers.ts');

let folder = '';
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'resolvers-')));
});
afterEach(() => rm(folder, { recursive: true }));

/** Loads in a process of Node alone: vitest would resolve and evaluate the modules itself. */
async function loadByNode(texts: readonly string[], name: string): Promise<readonly unknown[]> {
  const script = `import { writeFileSync } from 'node:fs';
    import { loadResolvers } from ${JSON.stringify(LOAD_RESOLVERS)};
    for (const [file, text] of ${JSON.stringify(texts.map((text) => [join(folder, name), text]))}) {
      writeFileSync(file, text);
      const loaded = await loadResolvers(file).catch((error) => error.problems[0]);
      console.log(JSON.stringify(loaded));
    }`;
  const args = ['--conditions=source', '--no-warnings', '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

async function load(text: string, name = 'module.js'): Promise<unknown> {
  const file = join(folder, name);
  await writeFile(file, text);
  return loadResolvers(file);
}

describe('loading a module of resolvers', () => {
  it('takes its default export, or else its resolvers', async () => {
    expect(await load('export default { Query: 1 }')).toEqual({ Query: 1 });
    expect(await load('export const resolvers = { Query: 2 }')).toEqual({ Query: 2 });
  });

  it('reads the file anew each time', async () => {
    expect(await load('export default 1')).toBe(1);
    expect(await load('export default 2')).toBe(2);
  });

  it('reads what it imports by relative paths anew, too', async () => {
    await mkdir(join(folder, 'lib'));
    await writeFile(join(folder, 'lib/greeting.ts'), "export { text } from './texts.ts';");
    const edit = (text: string) => `import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(join(folder, 'lib/texts.ts'))}, 'export const text: string = "${text}";');
export default (await import('./lib/greeting.ts')).text as string;`;
    expect(await loadByNode([edit('hello'), edit('goodbye')], 'a.ts')).toEqual(['hello', 'goodbye']);
  });

  it('says where its fault stands, also in what it imports', async () => {
    const placeOf = async (text: string, name: string) => {
      const [problem] = (await loadByNode([text], name)) as Problem[];
      const [place] = problem?.places ?? [];
      return `${place?.file}:${place?.line}:${place?.column}`;
    };
    expect(await placeOf('const a = 1;\nexport default { a: () => ) };', 'a.js')).toBe('a.js:2:27');
    expect(await placeOf('const a = 1;\nexport default { a: () => ) };', 'a.ts')).toBe('a.ts:2:27');
    expect(await placeOf('const a: string = "x";\nexport default ((a: string) => a;', 'd.ts')).toBe('d.ts:2:33');
    expect(await placeOf('const a = 1;\n\n enum A { B }\nexport default A;', 'e.ts')).toBe('e.ts:3:2');
    await writeFile(join(folder, 'deep.js'), 'export const a =\n  ];');
    expect(await placeOf("export { a as default } from './deep.js';", 'b.js')).toBe('deep.js:2:3');
    expect(await placeOf('\nthrow new Error("late");', 'c.js')).toBe('c.js:2:7');
  });

  it('says what to write instead of what types cannot be stripped from', async () => {
    const [problem] = (await loadByNode(['export enum A { B }'], 'f.ts')) as Problem[];
    expect(problem).toMatchObject({
      code: 'RESOLVERS_INVALID',
      remedy: expect.stringContaining('instead of an enum') as string,
    });
  });

  it('gives up on a module that waits for ever', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const error: unknown = await new Promise((resolve) => {
      load('await new Promise(() => {}); export default {};').catch(resolve);
      void vi.waitFor(() => expect(vi.getTimerCount()).toBe(1)).then(() => vi.advanceTimersByTime(10_000));
    });
    expect((error as ProblemsError).problems[0]?.message).toContain('It has not been loaded within 10 s');
  });

  it('says what makes an ES module of one that is read as CommonJS', async () => {
    await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }');
    expect(await loadByNode(['export default { a: 1 as number };'], 'a.ts')).toEqual([
      expect.objectContaining({
        remedy:
          'It is read as CommonJS. Write "type": "module" into the package.json above it, or end its name in .mts.',
      }),
    ]);
  });

  it.each([
    ['does not exist', undefined, /can't be loaded/],
    ['has a syntax error', 'export default {', /can't be loaded/],
    ['throws', 'throw new Error("no such thing")', /can't be loaded: no such thing/],
    ['exports something else', 'export const other = 1', /exports no resolvers/],
  ])('names the file when it %s', async (_, text, message) => {
    const loading = text === undefined ? loadResolvers(join(folder, 'module.js')) : load(text);
    const error = await loading.catch((thrown: unknown) => thrown);
    if (!(error instanceof ProblemsError)) throw error;
    expect(error.problems[0]?.message).toMatch(message);
    expect(error.problems[0]?.places[0]?.file).toContain('module.js');
  });
});
