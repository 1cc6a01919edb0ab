/** Answers by two keys, each worked out once. */
export class Memo<K, L, V> {
  readonly #known = new Map<K, Map<L, { readonly value: V }>>();

  get(key: K, second: L, create: () => V): V {
    const found = this.find(key, second);
    return found === undefined ? this.set(key, second, create()) : found.value;
  }

  find(key: K, second: L): { readonly value: V } | undefined {
    return this.#known.get(key)?.get(second);
  }

  set(key: K, second: L, value: V): V {
    const known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, new Map([[second, { value }]]));
    else known.set(second, { value });
    return value;
  }
}
