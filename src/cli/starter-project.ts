/** The files of a small project that runs as it is: one subgraph of hand-written resolvers, and no service. */
export function createStarterProject(name: string, version: string): ReadonlyMap<string, string> {
  return new Map([
    ['selvedge.yaml', CONFIG],
    ['schemas/hello.graphql', SCHEMA],
    ['resolvers/hello.ts', RESOLVERS],
    ['package.json', packageJson(name, version)],
    ['README.md', README.replace('NAME', name)],
    ['.gitignore', 'node_modules/\n'],
  ]);
}

const CONFIG = `# Every setting: \`npx selvedge config schema\`. What is wrong here: \`npx selvedge config check\`.
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

function packageJson(name: string, version: string): string {
  const content = {
    name,
    private: true,
    type: 'module',
    scripts: { dev: 'selvedge dev', start: 'selvedge serve', check: 'selvedge config check && selvedge compose' },
    dependencies: { selvedge: `^${version}` },
    engines: { node: '>=22.19' },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

const README = `# NAME

A GraphQL gateway with [Selvedge](https://www.npmjs.com/package/selvedge).

    npm install
    npm run dev

Then open http://127.0.0.1:4000/graphql, or ask:

    curl -s http://127.0.0.1:4000/graphql -H 'content-type: application/json' -d '{ "query": "{ hello(name: \\"you\\") { text length } }" }'

- \`selvedge.yaml\`: what is served, and how
- \`schemas/\`: one SDL file a subgraph
- \`resolvers/\`: fields that need code

Edit any of them while \`npm run dev\` runs: the graph is rebuilt, and a broken edit keeps the last good one.
`;
