import { defineConfig } from 'vitest/config';

// graphql must be one module instance in a test run: vitest's own loader and Node's would otherwise load it twice.
const shared = {
  resolve: { conditions: ['source', 'node', 'development|production'] },
  ssr: { resolve: { conditions: ['source', 'node', 'development|production'] } },
};
const project = (
  name: string,
  include: string[],
  {
    exclude = [],
    globalSetup = [],
    maxWorkers,
  }: { exclude?: string[]; globalSetup?: string[]; maxWorkers?: number } = {},
) => ({
  ...shared,
  test: {
    name,
    include,
    exclude: ['node_modules/**', ...exclude],
    globalSetup,
    setupFiles: ['test/random-seed.ts'],
    ...(maxWorkers === undefined ? {} : { maxWorkers }),
    server: { deps: { inline: [/graphql/] } },
    testTimeout: 90_000,
    expect: { poll: { timeout: 20_000 } }, // on a busy machine a second is nothing
    hookTimeout: 120_000,
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/**/*.test.ts'], { exclude: ['test/e2e/**', 'test/services/**'] }),
      project('e2e', ['test/e2e/**/*.test.ts'], { globalSetup: ['test/e2e/global-setup.ts'] }),
      // They wait for brokers more than they compute.
      project('services', ['test/services/**/*.test.ts'], { maxWorkers: 4 }),
    ],
  },
});
