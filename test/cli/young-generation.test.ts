import { expect, it } from 'vitest';
import { toServingCommand } from '../../src/cli/young-generation.ts';

const start = {
  execPath: '/node',
  execArgv: ['--conditions=source'],
  argv: ['/node', '/main.ts', 'serve', '--port', '1'],
  env: {},
};

it('starts a serving process again with a larger young generation, everything else the same', () => {
  expect(toServingCommand(start)).toEqual([
    '/node',
    '--max-semi-space-size=64',
    '--min-semi-space-size=8',
    '--no-allocation-site-pretenuring',
    '--conditions=source',
    '/main.ts',
    'serve',
    '--port',
    '1',
  ]);
});

it('leaves a size that is chosen already', () => {
  expect(toServingCommand({ ...start, execArgv: ['--max-semi-space-size=16'] })).toBeUndefined();
  expect(toServingCommand({ ...start, env: { NODE_OPTIONS: '--min-semi-space-size=8' } })).toBeUndefined();
});

it('leaves commands that serve nothing', () => {
  expect(toServingCommand({ ...start, argv: ['/node', '/main.ts', 'compose'] })).toBeUndefined();
  expect(toServingCommand({ ...start, argv: ['/node', '/main.ts'] })).toBeUndefined();
});
