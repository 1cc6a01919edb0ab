import type { SubgraphInput } from '../model/subgraph.ts';
import { readProtoFiles } from './proto-files.ts';
import type { Config } from './schema.ts';
import { readSourceFile } from './source-file.ts';

type SubgraphConfig = NonNullable<Config['graph']['subgraphs']>[string];

/** Reads the files of `graph.subgraphs`: SDL, and protos with what they import. Throws ProblemsError. */
export async function readGraphInputs(config: Config): Promise<SubgraphInput[]> {
  const entries = Object.entries(config.graph.subgraphs ?? {});
  return Promise.all(entries.map(([name, subgraph]) => readInput(name, subgraph, config.graph.registry !== undefined)));
}

/** What a registry has stored may get its further services from a later config: there, no word of them is no fault. */
async function readInput(name: string, subgraph: SubgraphConfig, isSeed: boolean): Promise<SubgraphInput> {
  const { url, proto, sources } = subgraph;
  const isAsked = [subgraph, ...Object.values(sources ?? {})].some((service) => service.reflection !== undefined);
  return {
    name,
    kind: kindOf(subgraph),
    schema: await Promise.all(subgraph.schema.map(readSourceFile)),
    ...(url === undefined ? {} : { url }),
    ...(proto === undefined ? {} : { protos: await readProtoFiles(proto) }),
    ...(isAsked ? { reflection: true } : {}),
    ...(sources === undefined && (isSeed || url === undefined) ? {} : { sources: toUrls(sources ?? {}) }),
  };
}

function toUrls(sources: NonNullable<SubgraphConfig['sources']>): Record<string, string> {
  return Object.fromEntries(Object.entries(sources).map(([name, { url }]) => [name, url]));
}

function kindOf({ stitch, resolvers }: SubgraphConfig): SubgraphInput['kind'] {
  if (stitch !== undefined) return 'stitched';
  return resolvers === undefined ? 'auto' : 'resolvers';
}
