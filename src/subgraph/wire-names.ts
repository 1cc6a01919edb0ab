import { type ConstDirectiveNode, type EnumValueDefinitionNode, Kind } from 'graphql';
import type { Coordinate } from '../model/subgraph.ts';
import type { DirectiveReading } from './directive-reading.ts';
import type { MapArguments } from './directives/map.ts';
import type { Report } from './report.ts';
import type { TypeEntry, TypeIndex } from './type-index.ts';

type Reading = { readonly index: TypeIndex; readonly reading: DirectiveReading; readonly report: Report };

/** Something with a name, and what `@map` may say of it. */
type Named = {
  readonly coordinate: Coordinate;
  readonly name: string;
  readonly directives: readonly ConstDirectiveNode[] | undefined;
};

/**
 * What `@map` says arguments, input fields and enum values are called on the wire, by their coordinates:
 * `Query.products(pageSize:)`, `NewProduct.name`, `Status.IN_TRANSIT`.
 */
export function readWireNames({ index, reading, report }: Reading): ReadonlyMap<Coordinate, string> {
  const names = new Map<Coordinate, string>();
  for (const entry of index.types.values()) {
    for (const group of namedThings(entry)) readGroup(group, entry, { names, reading, report });
  }
  return names;
}

type Group = Omit<Reading, 'index'> & { readonly names: Map<Coordinate, string> };

function readGroup(group: readonly Named[], entry: TypeEntry, { names, reading, report }: Group): void {
  const seen = new Map<string, string>();
  for (const { coordinate, name, directives } of group) {
    const [map] = reading.read<MapArguments>(directives, 'map');
    const wireName = map?.args.from ?? name;
    // Of arguments that have no @map, those in a path are not sent by name.
    const isSent = map !== undefined || entry.fields.size === 0;
    const fault = map === undefined ? undefined : faultOf(wireName, entry, seen.get(wireName));
    if (map !== undefined) names.set(coordinate, wireName);
    if (isSent) seen.set(wireName, coordinate);
    if (fault === undefined) continue;
    report.error({
      code: 'INVALID_DIRECTIVE_ARGUMENT',
      message: `${coordinate} ${fault}.`,
      remedy: 'Write the name that the service has.',
      coordinate,
      at: map?.node,
    });
  }
}

function faultOf(wireName: string, { kind }: TypeEntry, earlier: string | undefined): string | undefined {
  if (earlier !== undefined) return `has the same name on the wire as ${earlier}`;
  return wireName === '' && kind !== 'enum' ? 'is mapped to a name without a letter' : undefined;
}

/** The arguments of each field, an input type's fields, an enum's values: within each, names must differ. */
function namedThings(entry: TypeEntry): readonly (readonly Named[])[] {
  const own = [...enumValuesOf(entry), ...entry.inputFields.values()].map(({ name, directives }) => ({
    coordinate: `${entry.name}.${name.value}`,
    name: name.value,
    directives,
  }));
  const args = [...entry.fields].map(([field, node]) =>
    (node.arguments ?? []).map(({ name, directives }) => ({
      coordinate: argumentCoordinate(`${entry.name}.${field}`, name.value),
      name: name.value,
      directives,
    })),
  );
  return [own, ...args];
}

export function enumValuesOf({ nodes }: TypeEntry): readonly EnumValueDefinitionNode[] {
  return nodes.flatMap((node) =>
    node.kind === Kind.ENUM_TYPE_DEFINITION || node.kind === Kind.ENUM_TYPE_EXTENSION ? (node.values ?? []) : [],
  );
}

/** `Query.products(limit:)`. */
export function argumentCoordinate(field: Coordinate, argument: string): Coordinate {
  return `${field}(${argument}:)`;
}
