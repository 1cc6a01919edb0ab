import { loadConfig } from '../../config/load-config.ts';
import { readGraphInputs } from '../../config/graph-inputs.ts';
import { ProblemsError } from '../../errors/problem.ts';
import { readSubgraph } from '../../subgraph/read-subgraph.ts';
import { printServiceImports, printServices } from './print-services.ts';

/** Under `config:` in `codegen.yml`. */
export type ServicesPluginConfig = {
  /** The gateway's config file, whose subgraphs are the services. */
  readonly gateway: string;
  /** The subgraph the resolvers belong to. */
  readonly subgraph: string;
};

/** A plugin of GraphQL Code Generator (`selvedge/codegen`): prints the type `Services` for a subgraph's resolvers. */
export async function plugin(
  _schema: unknown,
  _documents: unknown,
  { gateway, subgraph }: ServicesPluginConfig,
): Promise<{ readonly prepend: string[]; readonly content: string }> {
  const { config } = await loadConfig(gateway);
  const results = (await readGraphInputs(config)).map(readSubgraph);
  const problems = results.flatMap((result) => result.problems).filter(({ severity }) => severity === 'error');
  if (problems.length > 0) throw new ProblemsError(problems);
  const subgraphs = results.flatMap((result) => result.subgraph ?? []);
  const content = printServices(subgraphs, subgraph);
  return { prepend: [printServiceImports(content)], content };
}
