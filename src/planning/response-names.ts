import type { FieldSelection, Selections } from './selection.ts';

/**
 * The response keys at one place of the response, whatever types the fields are on: what is fetched beside the client's
 * fields must not stand in their way, nor in each other's.
 */
export class ResponseNames {
  readonly #selected: Selections[] = [];
  /** Keys of the client, anywhere in the operation. */
  readonly #taken: ReadonlySet<string>;
  readonly #below = new Map<string, ResponseNames>();
  readonly #chosen = new Map<string, string>();
  #calls: Map<string, Set<string>> | undefined;

  constructor(selections: readonly Selections[], taken: ReadonlySet<string>) {
    this.#selected.push(...selections);
    this.#taken = taken;
  }

  /** The keys below the field with this key. */
  below(key: string): ResponseNames {
    const known = this.#below.get(key);
    if (known !== undefined) return known;
    const selected = this.#selected.flatMap((selections) => findBelow(selections, key));
    const below = new ResponseNames([...new Set(selected)], this.#taken);
    this.#below.set(key, below);
    return below;
  }

  /** A field set with response keys: those of equal calls of the client, names where they are free, or new ones. */
  withKeys(selections: Selections): Selections {
    return selections.map((selection) => {
      if (selection.kind === 'fragment') return { ...selection, selections: this.withKeys(selection.selections) };
      const responseKey = this.#choose(selection);
      const below = selection.selections && this.below(responseKey).withKeys(selection.selections);
      return { ...selection, responseKey, selections: below };
    });
  }

  #choose({ name, call }: FieldSelection): string {
    const known = this.#chosen.get(call);
    if (known !== undefined) return known;
    const calls = (this.#calls ??= readCalls(this.#selected));
    let key = name;
    for (
      let index = 1;
      key in Object.prototype || !isFree(calls.get(key), call) || (key !== name && this.#taken.has(key));
      index++
    )
      key = `${name}_${index}`;
    calls.set(key, new Set([call]));
    this.#chosen.set(call, key);
    return key;
  }
}

const isFree = (calls: ReadonlySet<string> | undefined, call: string) =>
  calls === undefined || (calls.size === 1 && calls.has(call));

function findBelow(selections: Selections, key: string): readonly Selections[] {
  return selections.flatMap((selection) => {
    if (selection.kind === 'fragment') return findBelow(selection.selections, key);
    return selection.responseKey === key && selection.selections !== undefined ? [selection.selections] : [];
  });
}

function readCalls(selected: readonly Selections[]): Map<string, Set<string>> {
  const calls = new Map<string, Set<string>>();
  const seen = new Set<Selections>();
  const visit = (selections: Selections): void => {
    if (seen.has(selections)) return;
    seen.add(selections);
    for (const selection of selections) {
      if (selection.kind === 'fragment') {
        visit(selection.selections);
        continue;
      }
      const key = selection.responseKey ?? selection.name;
      calls.set(key, (calls.get(key) ?? new Set()).add(selection.call));
    }
  };
  for (const selections of selected) visit(selections);
  return calls;
}
