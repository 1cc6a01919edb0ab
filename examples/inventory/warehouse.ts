import { createRandom, seedStock, type Stock } from '../seed.ts';

export type StockChange = { readonly sku: string; readonly quantity: number; readonly inStock: boolean };

type Watcher = { readonly sku: string | undefined; readonly onChange: (change: StockChange) => void };

/**
 * What lies in the warehouses. While somebody watches, pieces come and go: every interval a product of each watcher
 * changes. What is in stock stays in stock and what is sold out stays so, for the shop's answers to be the same each day.
 */
export class Warehouse {
  readonly #stock = new Map(seedStock().map((stock) => [stock.sku, stock]));
  readonly #watchers = new Set<Watcher>();
  readonly #random = createRandom(4103);
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  stock(sku: string): Stock | undefined {
    return this.#stock.get(sku);
  }

  /** Calls back for each change, of one product or of all; gives back how to stop watching. */
  watch(sku: string | undefined, onChange: (change: StockChange) => void): () => void {
    const watcher = { sku, onChange };
    this.#watchers.add(watcher);
    this.#timer ??= setInterval(() => this.#trade(), this.#intervalMs);
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  #trade(): void {
    const wanted = new Set([...this.#watchers].map((watcher) => watcher.sku ?? this.#anySku()));
    for (const sku of wanted) {
      const stock = this.#stock.get(sku);
      if (stock === undefined) continue;
      const quantity = stock.quantity === 0 ? 0 : 1 + this.#random(150);
      this.#stock.set(sku, { ...stock, quantity });
      for (const watcher of this.#watchers) {
        if (watcher.sku === undefined || watcher.sku === sku)
          watcher.onChange({ sku, quantity, inStock: quantity > 0 });
      }
    }
  }

  #anySku(): string {
    const skus = [...this.#stock.keys()];
    return skus[this.#random(skus.length)] ?? '';
  }
}
