import { fieldsOf } from './field-set.ts';
import type { FieldsAt, Provided, Standing } from './fields-at.ts';
import type { FieldIn, GraphIndex, Key } from './graph-index.ts';
import { Memo } from './memo.ts';
import type { FieldSelection, Selections } from './selection.ts';

/** How an entity is asked for in a subgraph: by which key, and who says each of the key's fields. */
export type Entry = {
  readonly standing: Standing;
  readonly key: Key;
  readonly providers: readonly KeyProvider[];
};

/** Who says a field of a key: another subgraph that the entity is asked for in, or (undefined) the one where it stands. */
export type KeyProvider = { readonly field: FieldSelection; readonly from: Entry | undefined };

/** A subgraph that gives a field of an object; `entry` is undefined where the object already stands there. */
export type Option = { readonly standing: Standing; readonly field: FieldIn; readonly entry: Entry | undefined };

/** Where objects stand at first, and what came with them. */
export type Home = { readonly standing: Standing; readonly provided: Provided };

type Reached = { readonly standing: Standing; readonly depth: number; readonly entry: Entry | undefined };

/**
 * Ways from subgraph to subgraph by keys (Federation, "@key"): a search level by level, from each subgraph at which objects
 * of a type can stand. What is found is kept, so that each question is answered once for a graph.
 */
export class Routes {
  readonly #index: GraphIndex;
  readonly #fields: FieldsAt;
  readonly #reached = new Memo<string, Provided, readonly Reached[]>();
  readonly #options = new Memo<string, Provided, readonly Option[]>();
  /** Questions that are being answered: one that comes up on the way to its own answer has none. */
  readonly #underWay = new Set<string>();

  constructor(index: GraphIndex, fields: FieldsAt) {
    this.#index = index;
    this.#fields = fields;
  }

  /** Where a field of objects of a type can be had; the nearest first. */
  options(type: string, name: string, home: Home): readonly Option[] {
    const id = `${type} ${name} ${home.standing.subgraph} ${home.standing.type}`;
    const found = this.#options.find(id, home.provided);
    if (found !== undefined) return found.value;
    if (this.#underWay.has(id)) return [];
    const all = this.#during(id, () => this.#findOptions(type, name, home));
    // What was found on the way to something else may lack its answer.
    return this.#underWay.size === 0 ? this.#options.set(id, home.provided, all) : all;
  }

  /** The subgraphs that know which object an interface object stands for; the nearest first. */
  waysToType(type: string, home: Home): readonly Entry[] {
    return this.#reach(type, home).flatMap(({ standing, entry }) =>
      entry === undefined || this.#isInterfaceObject(standing) ? [] : [entry],
    );
  }

  #isInterfaceObject({ subgraph, type }: Standing): boolean {
    return this.#index.types.get(type)?.subgraphs.get(subgraph)?.isInterfaceObject === true;
  }

  #during<T>(id: string, work: () => T): T {
    this.#underWay.add(id);
    try {
      return work();
    } finally {
      this.#underWay.delete(id);
    }
  }

  #findOptions(type: string, name: string, home: Home): readonly Option[] {
    const { standing, provided } = home;
    const here = this.#fields.readable(standing, name, provided);
    const all = this.#reach(type, home);
    const elsewhere = all.flatMap((point): Option[] => {
      const field = this.#fields.resolved(point.standing, name);
      if (field === undefined || (here !== undefined && point.entry === undefined)) return [];
      // A field with requirements is asked for anew, even in the subgraph where the object stands.
      const entry = point.entry ?? this.#enter(standing, all, provided);
      if (entry === undefined || !this.#areKnown(field.requires ?? [], type, home)) return [];
      return [{ standing: point.standing, field, entry }];
    });
    return here === undefined ? elsewhere : [{ standing, field: here, entry: undefined }, ...elsewhere];
  }

  #areKnown(requires: Selections, type: string, home: Home): boolean {
    return fieldsOf(requires).every(({ name }) => this.options(type, name, home).length > 0);
  }

  /** Every subgraph that objects of a type can be asked for in. */
  #reach(type: string, { standing, provided }: Home): readonly Reached[] {
    const id = `${type} ${standing.subgraph} ${standing.type}`;
    const known = this.#reached.find(id, provided);
    if (known !== undefined) return known.value;
    const all: Reached[] = [{ standing, depth: 0, entry: undefined }];
    this.#reached.set(id, provided, all); // a key that needs the way that it opens is none
    return this.#during(id, () => {
      let left = this.#entryPoints(type).filter((point) => !isSame(point, standing));
      for (let depth = 1; left.length > 0; depth++) {
        const next = left.flatMap((point): Reached[] => {
          const entry = this.#enter(point, all, provided);
          return entry === undefined ? [] : [{ standing: point, depth, entry }];
        });
        if (next.length === 0) break;
        all.push(...next);
        left = left.filter((point) => !next.some((reached) => isSame(reached.standing, point)));
      }
      return all;
    });
  }

  #entryPoints(name: string): readonly Standing[] {
    const type = this.#index.types.get(name);
    if (type === undefined) return [];
    const own = [...type.subgraphs.keys()].map((subgraph) => ({ subgraph, type: name }));
    const behind = type.kind === 'object' ? type.interfaces.flatMap((one) => this.#interfaceObjects(one)) : [];
    return [...own, ...behind].filter((point) => this.#fields.keys(point).some(({ isResolvable }) => isResolvable));
  }

  #interfaceObjects(type: string): readonly Standing[] {
    const subgraphs = [...(this.#index.types.get(type)?.subgraphs.keys() ?? [])];
    return subgraphs.map((subgraph) => ({ subgraph, type })).filter((point) => this.#isInterfaceObject(point));
  }

  /** By the subgraph's key whose fields come from nearest. */
  #enter(point: Standing, from: readonly Reached[], provided: Provided): Entry | undefined {
    let best: { readonly entry: Entry; readonly cost: number } | undefined;
    for (const key of this.#fields.keys(point)) {
      const sources = key.isResolvable ? this.#findSources(key, from, provided) : undefined;
      if (sources === undefined) continue;
      const cost = sources.reduce((sum, { by }) => sum + by.depth, 0);
      if (best !== undefined && best.cost <= cost) continue;
      const providers = sources.map(({ field, by }) => ({ field, from: by.entry }));
      best = { entry: { standing: point, key, providers }, cost };
    }
    return best?.entry;
  }

  /** Who says each field of a key; undefined if one is not known. */
  #findSources({ fields }: Key, from: readonly Reached[], provided: Provided): readonly KeySource[] | undefined {
    const sources: KeySource[] = [];
    for (const field of fieldsOf(fields)) {
      const by = from.find((point) => this.#isKnown(point, field, provided));
      if (by === undefined) return undefined;
      sources.push({ field, by });
    }
    return sources;
  }

  #isKnown(
    { standing, depth }: Pick<Reached, 'standing' | 'depth'>,
    field: FieldSelection,
    provided: Provided,
  ): boolean {
    const here = depth === 0 ? provided : undefined;
    const found = this.#fields.readable(standing, field.name, here);
    if (found === undefined || field.selections === undefined) return found !== undefined;
    const below = { subgraph: standing.subgraph, type: found.type };
    const providedBelow = this.#fields.providedBelow(standing, field.name, here);
    return fieldsOf(field.selections).every(
      (inner) =>
        this.#isKnown({ standing: below, depth: 0 }, inner, providedBelow) ||
        this.options(below.type, inner.name, { standing: below, provided: providedBelow }).length > 0,
    );
  }
}

type KeySource = { readonly field: FieldSelection; readonly by: Reached };

const isSame = (one: Standing, other: Standing) => one.subgraph === other.subgraph && one.type === other.type;
