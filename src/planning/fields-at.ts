import { fieldsOf } from './field-set.ts';
import { objectsAt, type FieldIn, type GraphIndex, type Key } from './graph-index.ts';
import { Memo } from './memo.ts';
import type { FieldSelection, Selections } from './selection.ts';

/** A type as one subgraph has it: where an object is looked at from. For interface objects, the interface. */
export type Standing = { readonly subgraph: string; readonly type: string };

/** Fields that come with an object because of `@provides`, and those of keys that are only named in a subgraph. */
export type Provided = Selections | undefined;

/** What subgraphs say of fields, by the overrides that are followed. */
export class FieldsAt {
  readonly #index: GraphIndex;
  readonly #isActive: (field: FieldIn) => boolean;
  readonly #below = new Memo<string, Provided, Provided>();
  readonly #ofObjects = new Memo<string, Provided, boolean>();

  constructor(index: GraphIndex, isActive: (field: FieldIn) => boolean) {
    this.#index = index;
    this.#isActive = isActive;
  }

  /** A field as the subgraph has it, external or not. */
  named(standing: Standing, name: string): FieldIn | undefined {
    return this.#index.types.get(standing.type)?.fields.get(name)?.subgraphs.get(standing.subgraph);
  }

  keys({ subgraph, type }: Standing): readonly Key[] {
    return this.#index.types.get(type)?.subgraphs.get(subgraph)?.keys ?? [];
  }

  /** A field that an object which stands there has without further ado: resolved there, part of a key, or provided. */
  readable(standing: Standing, name: string, provided: Provided): FieldIn | undefined {
    const field = this.named(standing, name);
    if (field === undefined) return undefined;
    if (!field.isExternal && field.requires === undefined && this.#isActive(field)) return field;
    const isKey = this.keys(standing).some((key) =>
      key.fields.some((one) => one.kind === 'field' && one.name === name),
    );
    return isKey || this.#findProvided(provided, name, standing.type).length > 0 ? field : undefined;
  }

  /** A field that the subgraph resolves of entities that it is asked for; of an interface, of all its objects there. */
  resolved(standing: Standing, name: string): FieldIn | undefined {
    const field = this.named(standing, name);
    if (field === undefined || field.isExternal || !this.#isActive(field)) return undefined;
    return this.#isReadableOfObjects(standing, name, undefined) ? field : undefined;
  }

  /** Whether a field can be read of whatever objects a type has in the subgraph. */
  isReadableOfAll(standing: Standing, name: string, provided: Provided): boolean {
    return this.readable(standing, name, provided) !== undefined && this.#isReadableOfObjects(standing, name, provided);
  }

  #isReadableOfObjects(standing: Standing, name: string, provided: Provided): boolean {
    const { subgraph, type } = standing;
    const objects = objectsAt(this.#index, standing);
    if (objects.size === 1 && objects.has(type)) return true;
    return this.#ofObjects.get(`${subgraph} ${type} ${name}`, provided, () =>
      [...objects].every((object) => this.readable({ subgraph, type: object }, name, provided) !== undefined),
    );
  }

  /** What is provided below a field (Federation, "@provides"). */
  providedBelow(standing: Standing, name: string, provided: Provided): Provided {
    return this.#below.get(`${standing.subgraph} ${standing.type} ${name}`, provided, () => {
      const ofKeys = this.keys(standing).flatMap(({ fields }) =>
        fieldsOf(fields).filter((field) => field.name === name),
      );
      const parts = [
        this.named(standing, name)?.provides ?? [],
        ...[...this.#findProvided(provided, name, standing.type), ...ofKeys].map((field) => field.selections ?? []),
      ].filter((part) => part.length > 0);
      return parts.length > 1 ? [...new Set(parts)].flat() : parts[0];
    });
  }

  #findProvided(provided: Provided, name: string, type: string): readonly FieldSelection[] {
    return (provided ?? []).flatMap((selection): readonly FieldSelection[] => {
      if (selection.kind === 'field') return selection.name === name ? [selection] : [];
      return this.#concerns(selection.typeCondition, type) ? this.#findProvided(selection.selections, name, type) : [];
    });
  }

  #concerns(typeCondition: string | undefined, type: string): boolean {
    if (typeCondition === undefined || typeCondition === type) return true;
    return this.#index.types.get(typeCondition)?.objects.has(type) === true;
  }
}
