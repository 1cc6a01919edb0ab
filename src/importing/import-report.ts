import { importFault } from './import-fault.ts';
import { type Located, pointerOf } from './description.ts';
import type { Draft, DraftDirective } from './draft.ts';
import type { PlacedTodo } from './todos.ts';

/** What an import made of a description. */
export type Imported = {
  readonly draft: Draft;
  readonly report: ImportReport;
};

/** What went in, what came out, and what did not. */
export type ImportReport = {
  /** Operations (methods, channels) of the description. */
  readonly operations: number;
  /** Fields that call them, by type: `Query`, `Product`. */
  readonly fields: Readonly<Record<string, number>>;
  readonly types: number;
  readonly entities: readonly string[];
  /** What has no field, or a parameter that cannot be sent, with the reason. */
  readonly leftOut: readonly LeftOut[];
  /** What became a JSON scalar, with the reason. */
  readonly json: readonly LeftOut[];
  /** Of what the schema takes less than the description, with the reason. */
  readonly simplified: readonly LeftOut[];
  /** Lists that come in pages, which the schema leaves to its arguments. */
  readonly pages: readonly Paging[];
  /** Decisions that are left to the reader; the schema has the first of each kind as `# TODO`. */
  readonly todos: readonly PlacedTodo[];
  /** What the gateway's config needs: URLs and secrets are never in a schema. */
  readonly config: readonly string[];
};

/** A list in pages, and the `paginate` for its `@rest` that would gather them. */
export type Paging = { readonly what: string; readonly at: string; readonly paginate: string };

/** `what` is as the description names it; `at` the file and the JSON pointer, or the line. */
export type LeftOut = { readonly what: string; readonly at: string; readonly why: string };

/** How many fields make calls, type by type. */
export function countCalls({ types }: Draft): Readonly<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const type of types) {
    if (type.kind !== 'object') continue;
    const calls = type.fields.filter(({ directives }) =>
      directives.some(({ name }) => name !== 'map' && name !== 'deprecated'),
    );
    if (calls.length > 0) counted[type.name] = calls.length;
  }
  return counted;
}

/** The types that are fetched by a key. */
export function listEntities({ types }: Draft): readonly string[] {
  const isKey = ({ name, args }: DraftDirective): boolean => name === 'key' && args['resolvable'] !== false;
  return types.flatMap((type) => (type.kind === 'object' && type.directives.some(isKey) ? [type.name] : []));
}

/** Places of a description with what became of them. */
export function listPlaces(
  places: ReadonlyMap<string, { readonly at: Located; readonly why: string }>,
): readonly LeftOut[] {
  return [...places.values()].map(({ at, why }) => ({
    what: at.pointer.split('/').slice(-2).join('.'),
    at: pointerOf(at),
    why,
  }));
}

/** Throws where nothing of a description became a field: what is left would be no schema. */
export function assertFields({ report }: Imported, file: string): void {
  if (Object.keys(report.fields).length > 0) return;
  const [first] = report.leftOut;
  throw importFault(
    'IMPORT_UNSUPPORTED',
    `${file} has nothing that can be a field${first === undefined ? '' : `: ${first.what}: ${first.why}`}.`,
    {
      remedy: 'Import a description of operations that can be called.',
    },
  );
}
