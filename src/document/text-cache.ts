/** How much a cache keeps: entries, and bytes of their keys' text and of what is said to stand behind them. */
export type CacheLimits = { readonly entries: number; readonly bytes: number };

/** Values by text. The least recently used go first when there are too many, or when they are too large together. */
export class TextCache<Value> {
  readonly #limits: CacheLimits;
  // A Map keeps the order of insertion: the first entry is the one not read for longest.
  readonly #entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  #bytes = 0;

  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  get(text: string): Value | undefined {
    const entry = this.#entries.get(text);
    if (entry === undefined) return undefined;
    this.#entries.delete(text);
    this.#entries.set(text, entry);
    return entry.value;
  }

  /** `valueBytes`: how large the value is, beside its text. What is larger than all that is kept is not kept. */
  set(text: string, value: Value, valueBytes = 0): void {
    this.#remove(text);
    const bytes = size(text) + valueBytes;
    if (bytes > this.#limits.bytes) return;
    this.#entries.set(text, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.entries && this.#bytes <= this.#limits.bytes) break;
      this.#remove(oldest);
    }
  }

  #remove(text: string): void {
    this.#bytes -= this.#entries.get(text)?.bytes ?? 0;
    this.#entries.delete(text);
  }
}

// UTF-16 in memory, at worst.
function size(text: string): number {
  return text.length * 2;
}
