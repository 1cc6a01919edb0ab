import { readFileSync } from 'node:fs';

export type User = {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly birthday: number;
};
export type Product = {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
  readonly inStock: boolean;
};
export type Review = { readonly id: string; readonly body: string; readonly upc: string };

type GraphData = {
  readonly users: readonly User[];
  readonly products: readonly Product[];
  readonly reviews: readonly Review[];
};

const MAX_PRODUCTS = 100_000;

export const { users, products, reviews }: GraphData = JSON.parse(readBenchData('data.json')) as GraphData;

/** A file of `bench/data`. */
export function readBenchData(file: string): string {
  return readFileSync(new URL(`data/${file}`, import.meta.url), 'utf8');
}

/** The first `count` products: those of the data, then others made from their number. */
export function listProducts(count: number): Product[] {
  return Array.from({ length: Math.min(count, MAX_PRODUCTS) }, (_, index) => products[index] ?? makeProduct(index + 1));
}

/** undefined for what is no product's upc. */
export function findProduct(upc: string): Product | undefined {
  const number = Number(upc);
  if (!/^[1-9]\d*$/.test(upc) || number > MAX_PRODUCTS) return undefined;
  return products[number - 1] ?? makeProduct(number);
}

function makeProduct(number: number): Product {
  return {
    upc: String(number),
    name: `Product ${number}`,
    price: (number * 37) % 2000,
    weight: (number * 13) % 500,
    inStock: number % 3 !== 0,
  };
}
