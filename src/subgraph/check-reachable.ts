import type { DirectiveReading } from './directive-reading.ts';
import { type EntityKey, topLevelNames } from './entity-keys.ts';
import { type Federation, federationDirectives } from './federation.ts';
import type { Report } from './report.ts';
import type { TypeEntry, TypeIndex } from './type-index.ts';

type Reading = {
  readonly index: TypeIndex;
  readonly federation: Federation;
  readonly keys: ReadonlyMap<string, readonly EntityKey[]>;
  readonly isCalled: (coordinate: string) => boolean;
  readonly reading: DirectiveReading;
  readonly report: Report;
};

/** Checks that each root field and each entity of a bound subgraph can be had: by a call of its own, or its type's. */
export function checkReachable(context: Reading): void {
  for (const entry of context.index.types.values()) {
    if (context.index.roots.has(entry.name)) checkRoot(entry, context);
    else if (entry.kind === 'object') checkEntity(entry, context);
  }
}

function checkRoot(entry: TypeEntry, { index, isCalled, reading, report }: Reading): void {
  const kind = index.roots.get(entry.name);
  for (const [name, node] of entry.fields) {
    const coordinate = `${entry.name}.${name}`;
    if (isCalled(coordinate) || isMachinery(name) || reading.isFaulty(node.directives)) continue;
    report.error({
      code: 'BINDING_MISSING',
      message: `${coordinate} has no call, so nothing would answer it.`,
      remedy: kind === 'subscription' ? 'Add @subscribe, @grpc or @rest.' : 'Add @rest, @grpc, @request or @function.',
      coordinate,
      at: node,
    });
  }
}

function isMachinery(name: string): boolean {
  return name === '_entities' || name === '_service';
}

function checkEntity(entry: TypeEntry, { federation, keys, isCalled, reading, report }: Reading): void {
  const entityKeys = keys.get(entry.name)?.filter(({ isResolvable }) => isResolvable) ?? [];
  if (entityKeys.length === 0 || isCalled(entry.name) || reading.isFaulty(entry.directives)) return;
  const inKeys = new Set(entityKeys.flatMap(({ selection }) => topLevelNames(selection)));
  const isGiven = (name: string) =>
    reading.isFaulty(entry.fields.get(name)?.directives) || inKeys.has(name) || isCalled(`${entry.name}.${name}`);
  for (const [name, node] of entry.fields) {
    if (isGiven(name) || federationDirectives(node.directives, 'external', federation).length > 0) continue;
    report.error({
      code: 'BINDING_MISSING',
      message: `${entry.name}.${name} cannot be fetched by a key of ${entry.name}: neither the field nor the type has a call.`,
      remedy: `Put @rest, @grpc, @request or @function on the type ${entry.name} or on the field; or mark the key "resolvable: false".`,
      coordinate: `${entry.name}.${name}`,
      at: node,
    });
  }
}
