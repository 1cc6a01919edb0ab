import type { Binding } from '../model/binding.ts';
import type { DirectiveReading } from './directive-reading.ts';
import type { MapArguments } from './directives/map.ts';
import { type EntityKey, topLevelNames } from './entity-keys.ts';
import type { Federation } from './federation.ts';
import { type ListLength, readListSize } from './list-size.ts';
import type { Report } from './report.ts';
import { elementTypeOf, namedTypeOf, type TypeEntry, type TypeIndex } from './type-index.ts';

type Context = {
  readonly index: TypeIndex;
  readonly federation: Federation;
  readonly keys: ReadonlyMap<string, readonly EntityKey[]>;
  readonly reading: DirectiveReading;
  readonly bindings: readonly Binding[];
  readonly report: Report;
};

/** A field that gives a list, and what each of its items leads to without a further list. */
type List = {
  readonly coordinate: string;
  readonly owner: string;
  readonly length: ListLength;
  readonly reach: Reach;
};

type Reach = {
  readonly types: ReadonlySet<string>;
  /** Entity types of which the answer holds the key alone (`@map(from: "{ id: maker_id }")`). */
  readonly references: ReadonlySet<string>;
};

/** Hints at each call that a list makes once for each of its items, with how many that are at worst. */
export function checkUnbatchedCalls(context: Context): void {
  const unbatched = context.bindings.filter(
    ({ batch, coordinate }) => batch === undefined && !context.index.roots.has(coordinate.split('.')[0] ?? ''),
  );
  const lists = unbatched.length === 0 ? [] : readLists(context);
  for (const binding of unbatched) {
    const [type = '', field] = binding.coordinate.split('.');
    const callers = lists.filter(({ reach }) => (field === undefined ? reach.references : reach.types).has(type));
    if (callers.length > 0) reportCalls(binding, callers, { ...context, lists });
  }
}

function reportCalls(
  { kind, coordinate, place }: Binding,
  callers: readonly List[],
  { keys, report, lists }: Context & { readonly lists: readonly List[] },
): void {
  const [type = ''] = coordinate.split('.');
  const numbers = callers.map(({ coordinate: list, owner, length: { said } }) => {
    const isNested = lists.some(({ reach }) => reach.types.has(owner));
    const known = said === undefined ? [] : [said];
    const parts = isNested ? [...known, `times the ${owner}s of a list`] : known;
    return parts.length === 0 ? list : `${list} (${parts.join(', ')})`;
  });
  const [key] = keys.get(type) ?? [];
  const match = key === undefined ? '…' : topLevelNames(key.selection).join(' ');
  report.hint({
    code: 'CALLS_NOT_BATCHED',
    message: `${coordinate} takes one call for each ${type} of ${numbers.join(' and of ')}.${sayWorst(callers, lists)}`,
    remedy: `If the service can be asked for many at once: @${kind}(batch: { match: "${match}" })${key === undefined ? `, with a @key on ${type}` : ''}.`,
    coordinate,
    at: place,
  });
}

/** Wherever the field is selected once. */
function sayWorst(callers: readonly List[], lists: readonly List[]): string {
  const known = new Map<List, number | undefined>();
  const worst = callers.map((list) => worstOf(list, lists, known));
  const bounded = worst.filter((most) => most !== undefined);
  return bounded.length < worst.length ? '' : ` That is ${Math.max(...bounded)} calls at worst.`;
}

/** How many items a list has at most, with all the lists that it may stand in; undefined where one of them has no bound. */
function worstOf(list: List, lists: readonly List[], known: Map<List, number | undefined>): number | undefined {
  if (known.has(list)) return known.get(list);
  known.set(list, undefined); // a list that leads to itself has no bound
  const around = lists.filter(({ reach }) => reach.types.has(list.owner)).map((outer) => worstOf(outer, lists, known));
  const bounds = around.filter((most) => most !== undefined);
  const { most } = list.length;
  const worst = most === undefined || bounds.length < around.length ? undefined : most * Math.max(1, ...bounds);
  known.set(list, worst);
  return worst;
}

function readLists(context: Context): readonly List[] {
  return [...context.index.types.values()].flatMap((entry) =>
    [...entry.fields.values()].flatMap((field): List[] => {
      if (elementTypeOf(field.type) === undefined || field.name.value.startsWith('_')) return [];
      const start = {
        type: namedTypeOf(field.type).name.value,
        isReference: isReference(entry, field.name.value, context),
      };
      return [
        {
          coordinate: `${entry.name}.${field.name.value}`,
          owner: entry.name,
          length: readListSize(field, context),
          reach: follow(start, context),
        },
      ];
    }),
  );
}

function follow(start: { readonly type: string; readonly isReference: boolean }, context: Context): Reach {
  const types = new Set<string>();
  const references = new Set<string>(start.isReference ? [start.type] : []);
  const visit = (name: string): void => {
    const entry = context.index.types.get(name);
    if (entry === undefined || types.has(name)) return;
    types.add(name);
    for (const member of membersOf(entry, context.index)) visit(member);
    for (const { name: field, type } of entry.fields.values()) {
      if (elementTypeOf(type) !== undefined) continue;
      const target = namedTypeOf(type).name.value;
      if (isReference(entry, field.value, context)) references.add(target);
      visit(target);
    }
  };
  visit(start.type);
  return { types, references };
}

function membersOf({ name, kind, nodes }: TypeEntry, index: TypeIndex): readonly string[] {
  if (kind === 'interface')
    return [...index.types.values()].filter(({ interfaces }) => interfaces.has(name)).map((entry) => entry.name);
  return nodes.flatMap((node) => ('types' in node ? (node.types ?? []) : [])).map((type) => type.name.value);
}

function isReference(entry: TypeEntry, field: string, { reading }: Context): boolean {
  const [map] = reading.read<MapArguments>(entry.fields.get(field)?.directives, 'map');
  return map?.args.from.includes('{') === true;
}
