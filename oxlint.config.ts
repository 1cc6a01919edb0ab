import { defineConfig } from 'oxlint';

// The architecture as rows: a folder may import what stands in a lower row, never a sibling, never upward.
const rows = [
  ['cli'],
  ['edge'],
  ['gateway'],
  ['composition', 'importing', 'registry', 'document', 'planning', 'execution', 'sources', 'traffic', 'security'],
  ['subgraph'],
  ['observability'],
  ['config'],
  ['model'],
  ['errors'],
];

// Each vendor package has one owner; only the folders named here may import it.
const vendors: Record<string, string[]> = {
  'graphql-yoga': ['edge'],
  ws: ['edge', 'sources/http'],
  '@graphql-yoga/': ['edge'],
  '@graphql-tools/': ['sources/local'],
  '@grpc/grpc-js': ['sources/bound', 'subgraph', 'model'],
  '@grpc/proto-loader': ['subgraph'],
  protobufjs: ['subgraph', 'importing'],
  jmespath: ['subgraph'],
  aws4: ['sources/bound'],
  'url-template': ['subgraph'],
  mqtt: ['sources/bound'],
  '@nats-io/': ['sources/bound'],
  amqplib: ['sources/bound'],
  ioredis: ['sources/bound'],
  dataloader: ['sources'],
  jose: ['security'],
  '@theguild/federation-composition': ['composition'],
  yaml: ['config', 'importing'],
  zod: ['config', 'registry', 'subgraph'],
  re2js: ['subgraph'],
  commander: ['cli'],
  chokidar: ['cli'],
};

// Below the kinds of sources, and theirs alone: how HTTP is spoken to services.
const sourceKinds = ['graphql', 'bound', 'local'];
const sourceTransport = 'http';

type Pattern = { regex: string; message: string };

function forbiddenVendors(folder: string): Pattern[] {
  return Object.entries(vendors)
    .filter(([, owners]) => !owners.some((owner) => folder === owner || folder.startsWith(`${owner}/`)))
    .map(([vendor, owners]) => ({
      regex: vendor.endsWith('/') ? `^${vendor}` : `^${vendor}(/|$)`,
      message: `${vendor} belongs to src/${owners.join(', src/')}.`,
    }));
}

function forbiddenFolders(folder: string, row: number): Pattern[] {
  const above = rows
    .slice(0, row + 1)
    .flat()
    .filter((name) => name !== folder);
  return above.length === 0
    ? []
    : [
        {
          regex: `^(\\.\\./)+(${above.join('|')})/`,
          message: 'Imports point down; siblings never touch (see docs/architecture.md).',
        },
      ];
}

function override(folder: string, patterns: Pattern[]) {
  return {
    files: [`src/${folder}/**`],
    rules: { 'no-restricted-imports': ['error', { patterns }] as ['error', object] },
  };
}

const layers = rows.flatMap((row, index) =>
  row.flatMap((folder) => {
    const down = forbiddenFolders(folder, index);
    if (folder !== 'sources') return [override(folder, [...down, ...forbiddenVendors(folder)])];
    return [...sourceKinds, sourceTransport].map((kind) => {
      const siblings = sourceKinds.filter((other) => other !== kind).join('|');
      const apart = { regex: `^(\\.\\./)+(${siblings})/`, message: 'Kinds of sources never touch each other.' };
      return override(`sources/${kind}`, [...down, apart, ...forbiddenVendors(`sources/${kind}`)]);
    });
  }),
);

export default defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'promise'],
  categories: { correctness: 'error' },
  options: { typeAware: true },
  rules: {
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
    'typescript/consistent-type-imports': 'error',
    'unicorn/no-thenable': 'off',
    'promise/no-callback-in-promise': 'off', // takes any call of a name like "next" or "done" for a callback
    'no-restricted-imports': [
      'error',
      { patterns: [{ regex: '^(\\.\\./)+src/', message: "Import the package by its name: 'selvedge'." }] },
    ],
  },
  overrides: [
    {
      files: ['src/**', 'resolvers/**', 'examples/**', 'scripts/**'],
      rules: {
        'max-lines': ['error', { max: 300 }],
        'max-lines-per-function': ['error', { max: 60 }],
        'max-params': ['error', { max: 4 }],
        complexity: ['error', { max: 10 }],
        eqeqeq: ['error', 'always'],
      },
    },
    { files: ['src/**'], rules: { 'no-restricted-imports': 'off' } },
    ...layers,
    { files: ['test/**', 'scripts/**', 'bench/**'], rules: { 'no-restricted-imports': 'off' } },
    { files: ['*.config.ts', 'resolvers/**', 'test/**/fixtures/**'], rules: { 'import/no-default-export': 'off' } },
  ],
  ignorePatterns: ['dist', 'resolvers/generated.ts', 'bench/peers', 'node_modules'],
});
