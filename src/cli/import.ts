import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import type { Problem } from '../errors/problem.ts';
import type { Imported } from '../importing/import-report.ts';
import type { WrittenSchema } from '../importing/schema-file.ts';
import type { SubgraphInput } from '../model/subgraph.ts';
import { CommandFailure } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';
import { printImport } from './print-import.ts';
import { showProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { writeOut } from './write-out.ts';

type Options = {
  readonly out?: string;
  readonly name?: string;
  readonly json?: true;
  readonly constraints: boolean;
  readonly proto?: readonly string[];
};

const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

type LoadOptions = { readonly name: string; readonly proto?: readonly string[] };

/** One kind of description: how it is read, and what the schema is composed with to see that it holds. */
type Importer = {
  readonly description: string;
  readonly url: string;
  readonly load: (file: string, options: LoadOptions) => Promise<Imported & Pick<SubgraphInput, 'protos'>>;
};

const importers: Readonly<Record<string, Importer>> = {
  openapi: {
    description: 'a REST service, from OpenAPI 3.0 to 3.2 (JSON or YAML)',
    url: 'http://localhost',
    load: async (file, { name }) => {
      const [{ loadDescription }, { importOpenApi }] = await Promise.all([
        import('../importing/description.ts'),
        import('../importing/openapi/import-openapi.ts'),
      ]);
      return importOpenApi(await loadDescription(file), name);
    },
  },
  proto: {
    description: 'a gRPC service, from a .proto file or a descriptor set',
    url: 'grpc://localhost:50051',
    load: async (file, { name, proto }) => {
      const [{ loadProtos }, { importProto }] = await Promise.all([
        import('../importing/proto/load-protos.ts'),
        import('../importing/proto/import-proto.ts'),
      ]);
      const loaded = await loadProtos(file, proto);
      return { ...importProto(loaded, name), protos: loaded.protos };
    },
  },
  asyncapi: {
    description: 'a service behind a broker, from AsyncAPI 2 or 3 (JSON or YAML)',
    url: 'memory:',
    load: async (file, { name }) => {
      const [{ loadDescription }, { importAsyncApi }] = await Promise.all([
        import('../importing/description.ts'),
        import('../importing/asyncapi/import-asyncapi.ts'),
      ]);
      return importAsyncApi(await loadDescription(file), name);
    },
  },
};

/** `selvedge import`: a subgraph schema out of a service's own description. */
export function importCommand(terminal: Terminal): Command {
  const command = new Command('import').description('write a subgraph schema from a service’s own description');
  for (const [kind, importer] of Object.entries(importers)) {
    const own = command
      .command(kind)
      .description(importer.description)
      .argument('<file>', 'the description')
      .option('-o, --out <file>', 'write the schema there; edits that it has got since the last import stay')
      .option('-n, --name <name>', 'the subgraph’s name; the file’s otherwise')
      .option('--no-constraints', 'leave what is checked to the service: no @constraint')
      .option('--json', 'print the schema, and what became of the description, as JSON')
      .action((file: string, options: Options) => runImport(importer, { file, options, terminal }));
    if (kind === 'proto')
      own.option('--proto <file>', 'a further .proto file, where imports are found; may be repeated', collect, []);
  }
  return command;
}

type Run = { readonly file: string; readonly options: Options; readonly terminal: Terminal };

async function runImport(importer: Importer, { file, options, terminal }: Run): Promise<void> {
  const { out } = options;
  const name = options.name ?? toName(out ?? file);
  const { printDraft } = await import('../importing/print-draft.ts');
  const { draft, report, protos } = await showProgress(`importing ${file}`, load(importer, file, { ...options, name }));
  const { withoutConstraints } = await import('../importing/without-constraints.ts');
  const written = await writeSchema(out, printDraft(options.constraints ? draft : withoutConstraints(draft)));
  const schema = [{ name: out ?? `${name}.graphql`, text: written.text }];
  const input: SubgraphInput = { name, kind: 'auto', schema, url: importer.url, protos };
  const problems = await showProgress('composing it', findProblems(input));
  printImport({ file, out, report, written }, terminal);
  await refuseProblems(problems);
  if (options.json) terminal.printJson({ schema: written.text, out, report, merged: written.merged });
  else if (out === undefined) terminal.print(written.text);
}

/** `petstore.v1.yaml` is `petstore-v1`: what a subgraph can be called. */
function toName(file: string): string {
  const base = path.basename(file).replace(/\.[^.]+$/, '');
  return (
    base
      .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
      .replaceAll(/^[^A-Za-z]+|-+$/g, '')
      .slice(0, 64) || 'service'
  );
}

async function load(importer: Importer, file: string, options: LoadOptions): ReturnType<Importer['load']> {
  const { assertFields } = await import('../importing/import-report.ts');
  const imported = await importer.load(file, options).catch(async (error: unknown) => {
    if (error instanceof RangeError) throw tooDeep(file, error);
    throw (await isAnotherKind(file, importer)) ?? error;
  });
  assertFields(imported, file);
  return imported;
}

/** What can't be imported as one kind may be another, for which there is a command, or a schema already. */
async function isAnotherKind(file: string, importer: Importer): Promise<Error | undefined> {
  const [{ guessKind }, { importFault }] = await Promise.all([
    import('../importing/guess-kind.ts'),
    import('../importing/import-fault.ts'),
  ]);
  const text = await readFile(file, 'utf8').catch(() => '');
  const kind = guessKind(text.slice(0, MOST_LOOKED_AT));
  if (kind === undefined || importers[kind] === importer) return undefined;
  const what = kind === 'schema' ? 'a GraphQL schema' : `a description for \`selvedge import ${kind}\``;
  const remedy =
    kind === 'schema'
      ? 'Name it in the config as it is: graph.subgraphs.NAME.schema.'
      : `selvedge import ${kind} ${file}`;
  return importFault('IMPORT_UNSUPPORTED', `${file} is ${what}.`, { remedy });
}

const MOST_LOOKED_AT = 20_000;

/** What nests so deep that reading it runs out of stack was made to. */
function tooDeep(file: string, cause: RangeError): CommandFailure {
  return new CommandFailure(
    EXIT.wrongInput,
    `${file} is nested too deeply to be read. Name its parts, and refer to them.`,
    { cause },
  );
}

async function writeSchema(out: string | undefined, schema: string): Promise<WrittenSchema> {
  if (out === undefined) return { text: schema, merged: undefined };
  const { writeSchemaFile } = await import('../importing/schema-file.ts');
  return writeOut(out, () => writeSchemaFile(out, schema));
}

/** What keeps the schema from composing, which only an edit of it could be the cause of. */
async function findProblems(input: SubgraphInput): Promise<readonly Problem[]> {
  const [{ composeGraph }, { ProblemsError }] = await Promise.all([
    import('../gateway/load-graph.ts'),
    import('../errors/problem.ts'),
  ]);
  try {
    await composeGraph(hasQueries(input) ? [input] : [input, partner]);
    return [];
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    // What an entity's field `@requires` is another subgraph's, which is not here.
    return error.problems.filter(({ severity, code }) => severity === 'error' && code !== 'EXTERNAL_MISSING_ON_BASE');
  }
}

/** A graph needs a query; a service that only takes events has none. Its name is none that a subgraph would have. */
const partner: SubgraphInput = {
  name: 'selvedge-import-check',
  kind: 'auto',
  schema: [{ name: 'import-check.graphql', text: 'type Query { importCheck: Boolean }' }],
  url: 'http://localhost',
};

function hasQueries({ schema }: SubgraphInput): boolean {
  return schema.some(({ text }) => /^(extend )?type Query\b/m.test(text));
}

async function refuseProblems(problems: readonly Problem[]): Promise<void> {
  const { ProblemsError } = await import('../errors/problem.ts');
  if (problems.length > 0) throw new ProblemsError(problems);
}
