import type { Expression } from '../model/expression.ts';
import type { Coordinate } from '../model/subgraph.ts';
import type { DirectiveReading } from './directive-reading.ts';
import type { MapArguments } from './directives/map.ts';
import { type CompiledExpression, compileExpression, propertyExpression } from './expression.ts';
import type { Report } from './report.ts';
import type { SourceSettings } from './source-settings.ts';
import type { TypeEntry, TypeIndex } from './type-index.ts';

type Reading = {
  readonly index: TypeIndex;
  readonly reading: DirectiveReading;
  readonly sources: SourceSettings;
  /** Whether the field has a call of its own. */
  readonly isCalled: (coordinate: Coordinate) => boolean;
  readonly report: Report;
};

/** The `@map` expressions, by field coordinate. */
export function readMaps(context: Reading): ReadonlyMap<Coordinate, CompiledExpression> {
  const maps = new Map<Coordinate, CompiledExpression>();
  for (const entry of context.index.types.values()) {
    for (const name of entry.fields.keys()) {
      const compiled = readMap(entry, name, context);
      if (compiled !== undefined) maps.set(`${entry.name}.${name}`, compiled);
    }
  }
  return maps;
}

function readMap(
  entry: TypeEntry,
  name: string,
  { index, reading, isCalled, report }: Reading,
): CompiledExpression | undefined {
  const [map] = reading.read<MapArguments>(entry.fields.get(name)?.directives, 'map');
  if (map === undefined) return undefined;
  const coordinate = `${entry.name}.${name}`;
  const error = (code: string, message: string, remedy: string) =>
    report.error({ code, message: `${coordinate} ${message}.`, remedy, coordinate, at: map.node });
  if (index.roots.has(entry.name) || isCalled(coordinate)) {
    error(
      'BINDING_MISPLACED',
      'has a call of its own, so there is no answer around it to map from',
      'Use the call’s `select`.',
    );
    return undefined;
  }
  if (entry.kind === 'interface') {
    error('BINDING_MISPLACED', 'is a field of an interface', 'Put @map on the object types’ fields.');
    return undefined;
  }
  try {
    return compileExpression(map.args.from);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    error(
      'INVALID_EXPRESSION',
      `has a @map that is not JMESPath: ${what}`,
      'See https://jmespath.org/specification.html.',
    );
    return undefined;
  }
}

/** `@map` expressions, and reads of the wire name where the naming rule makes it another. */
export function toFieldMaps(
  maps: ReadonlyMap<Coordinate, CompiledExpression>,
  { index, sources, isCalled }: Omit<Reading, 'report'>,
): ReadonlyMap<Coordinate, Expression> {
  const byNaming = [...index.types.values()]
    .filter((entry) => entry.kind === 'object' && !index.roots.has(entry.name))
    .flatMap((entry) => [...entry.fields.keys()].map((name) => ({ name, coordinate: `${entry.name}.${name}` })))
    .map(({ name, coordinate }) => ({ name, coordinate, wireName: sources.toWireName(name) }))
    .filter(({ name, coordinate, wireName }) => wireName !== name && !isCalled(coordinate))
    .map(({ coordinate, wireName }) => [coordinate, propertyExpression(wireName)] as const);
  return new Map([...byNaming, ...[...maps].map(([coordinate, { expression }]) => [coordinate, expression] as const)]);
}
