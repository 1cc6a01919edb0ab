import type { SubgraphInput } from '../model/subgraph.ts';
import type { HeaderArgument } from './call-site.ts';
import { findClosest } from './did-you-mean.ts';
import type { DirectiveReading, Use } from './directive-reading.ts';
import type { SourceArguments } from './directives/source.ts';
import { wireNaming } from './naming.ts';
import type { Report } from './report.ts';
import type { TypeIndex } from './type-index.ts';

/** What the schema's `@source` directives say of its services. */
export type SourceSettings = {
  /** Names of further services. */
  readonly names: ReadonlySet<string>;
  readonly keepsSnakeCase: boolean;
  readonly toWireName: (name: string) => string;
  readonly defaultHeaders: (source: string | undefined) => readonly HeaderArgument[];
};

export function readSources(
  index: TypeIndex,
  reading: DirectiveReading,
  input: SubgraphInput,
  report: Report,
): SourceSettings {
  const uses = reading.read<SourceArguments>(index.schemaDirectives, 'source');
  const own = uses.filter(({ args }) => args.name === undefined);
  const further = uses.filter(({ args }) => args.name !== undefined);
  checkDoubles(uses, report);
  checkNaming(further, report);
  checkConfigured(further, input, report);
  const naming = own.find(({ args }) => args.naming !== undefined)?.args.naming;
  return {
    names: new Set(further.flatMap(({ args }) => args.name ?? [])),
    keepsSnakeCase: naming === 'SNAKE_CASE',
    toWireName: wireNaming(naming),
    defaultHeaders: (source) => uses.find(({ args }) => args.name === source)?.args.headers ?? [],
  };
}

function checkDoubles(uses: readonly Use<SourceArguments>[], report: Report): void {
  for (const [name, same] of Map.groupBy(uses, ({ args }) => args.name)) {
    if (same.length < 2) continue;
    const what = name === undefined ? 'The subgraph’s own defaults are' : `The source "${name}" is`;
    report.error({
      code: 'SOURCE_INVALID',
      message: `${what} set twice by @source.`,
      remedy: 'Put all of it into one.',
      at: same.map(({ node }) => node),
    });
  }
}

/** A type is the same whichever service answers for it, so its fields can have one wire name only. */
function checkNaming(further: readonly Use<SourceArguments>[], report: Report): void {
  for (const { node, args } of further) {
    if (args.naming === undefined) continue;
    report.error({
      code: 'SOURCE_INVALID',
      message: `The source "${args.name}" has a naming of its own.`,
      remedy:
        'Naming holds for the whole subgraph: set it by a @source without a name, and map the exceptions with @map.',
      at: node,
    });
  }
}

function checkConfigured(further: readonly Use<SourceArguments>[], { sources }: SubgraphInput, report: Report): void {
  if (sources === undefined) return;
  const unnamed = new Set(Object.keys(sources).filter((name) => !further.some(({ args }) => args.name === name)));
  for (const { node, args } of further) {
    if (args.name === undefined || Object.hasOwn(sources, args.name)) continue;
    const closest = findClosest(args.name, unnamed);
    if (closest !== undefined) unnamed.delete(closest);
    report.error({
      code: 'SOURCE_UNKNOWN',
      message: `The source "${args.name}" has no URL.`,
      remedy:
        closest === undefined
          ? `Give it one in the config: "sources: { ${args.name}: { url: … } }".`
          : `Did you mean "${closest}"?`,
      at: node,
    });
  }
  // No error: a new source's URL comes into the config before the schema that calls it.
  for (const name of unnamed) {
    report.hint({
      code: 'SOURCE_UNKNOWN',
      message: `The config has a URL for the source "${name}", which the schema does not name: it is never called.`,
      remedy: `Name it by "extend schema @source(name: "${name}")", or take it out of "sources".`,
      at: undefined,
    });
  }
}
