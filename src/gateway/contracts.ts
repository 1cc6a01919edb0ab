import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Config } from '../config/schema.ts';
import { toDisplayName } from '../config/source-file.ts';
import { ProblemsError } from '../errors/problem.ts';
import type { SourceText, SubgraphInput } from '../model/subgraph.ts';
import type { Log } from '../observability/log.ts';
import { ReflectionError } from '../sources/bound/reflection-error.ts';
import { createReport } from '../subgraph/report.ts';
import { readServiceTls } from './read-service-tls.ts';

type SubgraphConfig = NonNullable<Config['graph']['subgraphs']>[string];

/**
 * The contracts of gRPC services that say themselves what they offer (`reflection:`). Each is asked at every start and
 * reload; where one does not answer, its last good answer holds: this process's own, or the one in the file.
 */
export class Contracts {
  readonly #log: Log | undefined;
  readonly #lastGood = new Map<string, string>();

  constructor(log?: Log) {
    this.#log = log;
  }

  /** The inputs with all contracts. Throws ProblemsError for one that can't be had, now or from earlier. */
  complete(inputs: readonly SubgraphInput[], config: Config): Promise<readonly SubgraphInput[]> {
    return withContracts(inputs, config, (service) => this.#ask(service));
  }

  async #ask(service: AskedService): Promise<SourceText> {
    const { name, source, url, file, config } = service;
    const tlsOf = await readServiceTls(name, config);
    const displayName = file === undefined ? `${fullName(service)}.binpb` : toDisplayName(file);
    const key = JSON.stringify([name, source, url]);
    const { reflectContract } = await import('../sources/bound/grpc-reflection.ts'); // grpc-js, for those who need it
    try {
      const text = (await reflectContract({ url, tls: tlsOf(source) })).toString('base64');
      await assertReadable({ name: displayName, text });
      this.#lastGood.set(key, text);
      if (file !== undefined) await this.#keep(file, text);
      return { name: displayName, text };
    } catch (error) {
      if (!(error instanceof ReflectionError)) throw error;
      const text = this.#lastGood.get(key) ?? (await readKept(file));
      if (text === undefined) throw unavailable(service, error);
      this.#log?.('warn', `The service of "${fullName(service)}" ${error.message}. Its last known contract holds.`);
      return { name: displayName, text };
    }
  }

  /** Written beside it first: a process that ends midway leaves the old one. */
  async #keep(file: string, text: string): Promise<void> {
    if ((await readKept(file)) === text) return;
    try {
      const next = `${file}.${process.pid}.new`;
      await writeFile(next, text, 'base64');
      await rename(next, file);
    } catch (error) {
      this.#log?.('warn', `The contract could not be kept in ${toDisplayName(file)}`, { error });
    }
  }
}

/** The inputs with those contracts that are kept in files; no service is asked. */
export function recallContracts(inputs: readonly SubgraphInput[], config: Config): Promise<readonly SubgraphInput[]> {
  return withContracts(inputs, config, async ({ file }) => {
    const text = await readKept(file);
    return file === undefined || text === undefined ? undefined : { name: toDisplayName(file), text };
  });
}

/** A service that is asked what it offers: a subgraph's own, or a further one. */
type AskedService = {
  /** The subgraph's. */
  readonly name: string;
  readonly source: string | undefined;
  readonly url: string;
  /** Where its last answer is kept. */
  readonly file: string | undefined;
  readonly config: SubgraphConfig;
};

type FindContract = (service: AskedService) => Promise<SourceText | undefined>;

function withContracts(
  inputs: readonly SubgraphInput[],
  config: Config,
  find: FindContract,
): Promise<readonly SubgraphInput[]> {
  return Promise.all(
    inputs.map(async (input) => {
      const subgraph = config.graph.subgraphs?.[input.name];
      if (input.reflection === undefined || subgraph === undefined) return input;
      const found = await Promise.all(servicesAsked(input.name, subgraph).map(find));
      const contracts = found.filter((contract) => contract !== undefined);
      // While one is not known, nothing that is not found is known to be missing.
      const protos = contracts.length < found.length ? undefined : [...(input.protos ?? []), ...contracts];
      return { ...input, protos };
    }),
  );
}

function servicesAsked(name: string, config: SubgraphConfig): AskedService[] {
  const sources = Object.entries(config.sources ?? {}).map(([source, service]) => ({ source, ...service }));
  return [{ source: undefined, ...config }, ...sources].flatMap(({ source, url = '', reflection }) => {
    if (reflection === undefined) return [];
    return [{ name, source, url, file: reflection === true ? undefined : reflection, config }];
  });
}

/** `subgraph`, or `subgraph.source`. */
function fullName({ name, source }: AskedService): string {
  return source === undefined ? name : `${name}.${source}`;
}

async function assertReadable(set: SourceText): Promise<void> {
  const { readDescriptorSet } = await import('../subgraph/protobuf/descriptor-set.ts');
  const report = createReport('');
  readDescriptorSet(set, report);
  const [problem] = report.problems;
  if (problem !== undefined) throw new ReflectionError(`said what cannot be read: ${problem.message}`);
}

async function readKept(file: string | undefined): Promise<string | undefined> {
  return file === undefined ? undefined : readFile(file, 'base64').catch(() => undefined);
}

function unavailable(service: AskedService, error: ReflectionError): ProblemsError {
  const of = fullName(service);
  const ownFile = service.source === undefined ? 'is its own file' : 'of the subgraph is its own file';
  return new ProblemsError([
    {
      severity: 'error',
      code: 'CONTRACT_UNAVAILABLE',
      message: `The service of "${of}" was asked what it offers, and ${error.message}.`,
      remedy: `Start it, with server reflection; or keep its contract: \`reflection: ./${of}.binpb\` keeps the last answer, \`proto:\` ${ownFile}.`,
      subgraph: service.name,
      places: [],
    },
  ]);
}
