import path from 'node:path';
import type { OwnPackage } from './own-package.ts';

/** The files that `init` writes. */
export const STARTER_FILES = [
  'selvedge.yaml',
  'schemas/hello.graphql',
  'resolvers/hello.ts',
  'package.json',
  'README.md',
  '.gitignore',
  '.npmrc',
] as const;

type StarterFile = (typeof STARTER_FILES)[number];

/** A small project in this folder that runs as it is: one subgraph of hand-written resolvers, and no service. */
export function createStarterProject(folder: string, selvedge: OwnPackage): ReadonlyMap<StarterFile, string> {
  const name = toPackageName(path.basename(folder));
  return new Map([
    ['selvedge.yaml', CONFIG],
    ['schemas/hello.graphql', SCHEMA],
    ['resolvers/hello.ts', RESOLVERS],
    ['package.json', packageJson(name, folder, selvedge)],
    ['README.md', printReadme(name, selvedge)],
    ['.gitignore', 'node_modules/\n'],
    ['.npmrc', NPM_CONFIG],
  ]);
}

function toPackageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'my-gateway' : name;
}

const CONFIG = `# Every setting: \`npm run -s selvedge -- config schema\`. What is wrong here: \`npm run -s selvedge -- config check\`.
mode: development
listen: { port: 4000 }
graph:
  subgraphs:
    hello: { schema: ./schemas/hello.graphql, resolvers: ./resolvers/hello.ts }
    # A REST service: its schema says with @rest(GET: "/products/{sku}") how each field is fetched.
    # catalog: { schema: ./schemas/catalog.graphql, url: "\${CATALOG_URL:-http://127.0.0.1:4102}" }
`;

const SCHEMA = `type Query {
  "Greets by name."
  hello(name: String = "world"): Greeting!
}

type Greeting {
  text: String!
  length: Int!
}
`;

const RESOLVERS = `export default {
  Query: {
    hello: (_: unknown, { name }: { name: string }) => ({ text: \`Hello, \${name}!\` }),
  },
  Greeting: {
    length: ({ text }: { text: string }) => text.length,
  },
};
`;

// With an older Node, npm warns of each package that wants a newer one; the scripts run with the project's own.
const NPM_CONFIG = `# The project brings its own Node (devDependencies): npm's warnings of the one it was started with are void.
loglevel=error
`;

/** From a clone the sources are run, which are never older than what somebody built of them. */
function packageJson(name: string, folder: string, { version, folder: clone, nodeRange, isClone }: OwnPackage): string {
  const relative = path.relative(folder, clone).split(path.sep).join('/');
  const selvedge = isClone ? 'node --conditions=source node_modules/selvedge/src/cli/main.ts' : 'selvedge';
  const content = {
    name,
    private: true,
    type: 'module',
    scripts: {
      dev: `${selvedge} dev`,
      start: `${selvedge} serve`,
      check: `${selvedge} config check && ${selvedge} compose`,
      selvedge,
    },
    dependencies: { selvedge: isClone ? `file:${relative}` : `^${version}` },
    devDependencies: { node: nodeRange },
    allowScripts: { node: true, protobufjs: false },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function printReadme(name: string, { isClone }: OwnPackage): string {
  const origin = isClone
    ? "Selvedge is taken from the clone that made this project: `package.json` names it by its path, and runs its sources.\nWhere the clone moves, so must the path; run `npm ci` in it first where its packages aren't installed.\n"
    : '';
  return `# ${name}

A GraphQL gateway with Selvedge.

    npm install
    npm run dev

Then open http://127.0.0.1:4000/graphql, or ask:

    curl -s http://127.0.0.1:4000/graphql -H 'content-type: application/json' -d '{ "query": "{ hello(name: \\"you\\") { text length } }" }'

- \`selvedge.yaml\`: what is served, and how
- \`schemas/\`: one SDL file a subgraph
- \`resolvers/\`: fields that need code

Edit any of them while \`npm run dev\` runs: the graph is rebuilt, and a broken edit keeps the last good one.
Other commands: \`npm run -s selvedge -- --help\`. Node 20 or later is enough: npm installs the one that is needed.

${origin}`
    .trimEnd()
    .concat('\n');
}
