import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProblemsError } from '../../../src/errors/problem.ts';
import { loadResolvers } from '../../../src/sources/local/load-resolvers.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resolvers-'));
});
afterEach(() => rm(folder, { recursive: true }));

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
