/** How much a cache keeps: entries, and bytes of their keys' text. */
export type CacheLimits = { readonly entries: number; readonly bytes: number };

/** Values by text. The least recently used go first when there are too many, or when their texts are too long together. */
export class TextCache<Value> {
  readonly #limits: CacheLimits;
  // A Map keeps the order of insertion: the first entry is the one not read for longest.
  readonly #entries = new Map<string, Value>();
  #bytes = 0;

  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  get(text: string): Value | undefined {
    const value = this.#entries.get(text);
    if (value === undefined) return undefined;
    this.#entries.delete(text);
    this.#entries.set(text, value);
    return value;
  }

  set(text: string, value: Value): void {
    this.#remove(text);
    const bytes = size(text);
    if (bytes > this.#limits.bytes) return;
    this.#entries.set(text, value);
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.entries && this.#bytes <= this.#limits.bytes) break;
      this.#remove(oldest);
    }
  }

  #remove(text: string): void {
    if (this.#entries.delete(text)) this.#bytes -= size(text);
  }
}

// UTF-16 in memory, at worst.
function size(text: string): number {
  return text.length * 2;
}
