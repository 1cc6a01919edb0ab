/** How much a cache keeps: entries, and bytes of their keys' text and of what is said to stand behind them. */
export type CacheLimits = { readonly entries: number; readonly bytes: number };

type Entry<Value> = { readonly text: string; readonly value: Value; readonly bytes: number };

/** So many texts that were asked for once are kept at most. */
const MOST_FRESH = 32;

/** Of so many texts for each entry it is remembered (by a number) that they were here. */
const REMEMBERED_PER_ENTRY = 4;

/**
 * Values by text, in two parts (the 2Q algorithm of Johnson and Shasha, VLDB 1994). A new text is fresh; one that is asked for
 * again, or comes back, is in use, and leaves when it has not been for longest. So a client that sends ever new texts drives
 * none out that others use, and what it sends dies young: full collections, which hold the event loop up for longest, become
 * rare (10,000 different operations in a row: `npm run bench:cold`).
 */
export class TextCache<Value> {
  readonly #limits: CacheLimits;
  // The oldest first. An array, for a Map's former tables keep what was in them alive until the next full collection.
  readonly #fresh: Entry<Value>[] = [];
  // A Map keeps the order of insertion: the first entry is the one not read for longest.
  readonly #used = new Map<string, Entry<Value>>();
  readonly #remembered = new Set<number>();
  #bytes = 0;

  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  get(text: string): Value | undefined {
    const entry = this.#remove(text);
    if (entry === undefined) return undefined;
    this.#add(entry, 'used');
    return entry.value;
  }

  /** `valueBytes`: how large the value is, beside its text. What is larger than all that is kept is not kept. */
  set(text: string, value: Value, valueBytes = 0): void {
    const isUsed = this.#used.has(text) || this.#remembered.delete(toNumber(text));
    this.#remove(text);
    const entry = { text, value, bytes: size(text) + valueBytes };
    if (entry.bytes > this.#limits.bytes) return;
    this.#add(entry, isUsed ? 'used' : 'fresh');
    while (this.#fresh.length > MOST_FRESH || this.#isOver()) this.#dropOtherThan(entry);
  }

  /** At most `count` of the texts in use and the fresh ones after them, those read last first. */
  latest(count: number): readonly (readonly [text: string, value: Value])[] {
    const entries = [...[...this.#used.values()].toReversed(), ...this.#fresh.toReversed()];
    return entries.slice(0, count).map(({ text, value }) => [text, value]);
  }

  #isOver(): boolean {
    return this.#used.size + this.#fresh.length > this.#limits.entries || this.#bytes > this.#limits.bytes;
  }

  /** The oldest of the fresh ones goes first, then the one that was not in use for longest. */
  #dropOtherThan(entry: Entry<Value>): void {
    const [fresh] = this.#fresh;
    const [used] = this.#used.keys();
    if (fresh !== undefined && fresh !== entry) {
      this.#remove(fresh.text);
      this.#remember(fresh.text);
    } else if (used !== undefined) this.#remove(used);
  }

  #remember(text: string): void {
    this.#remembered.add(toNumber(text));
    const [oldest] = this.#remembered;
    if (this.#remembered.size > this.#limits.entries * REMEMBERED_PER_ENTRY && oldest !== undefined)
      this.#remembered.delete(oldest);
  }

  #add(entry: Entry<Value>, part: 'fresh' | 'used'): void {
    if (part === 'used') this.#used.set(entry.text, entry);
    else this.#fresh.push(entry);
    this.#bytes += entry.bytes;
  }

  #remove(text: string): Entry<Value> | undefined {
    const used = this.#used.get(text);
    const index = used === undefined ? this.#fresh.findIndex((fresh) => fresh.text === text) : -1;
    const entry = used ?? this.#fresh[index];
    if (entry === undefined) return undefined;
    if (used === undefined) this.#fresh.splice(index, 1);
    else this.#used.delete(text);
    this.#bytes -= entry.bytes;
    return entry;
  }
}

// UTF-16 in memory, at worst.
function size(text: string): number {
  return text.length * 2;
}

/** FNV-1a. That two texts may share a number does no harm: the second is in use at once. */
function toNumber(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
