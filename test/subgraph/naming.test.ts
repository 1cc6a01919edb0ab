import { describe, expect, it } from 'vitest';
import { wireNaming } from '../../src/subgraph/naming.ts';
import { readSound } from './reading.ts';

describe('naming', () => {
  it.each([
    ['priceCents', 'price_cents'],
    ['imageURL', 'image_url'],
    ['URLPath', 'url_path'],
    ['sku2Name', 'sku2_name'],
    ['_hidden', '_hidden'],
    ['id', 'id'],
  ])('SNAKE_CASE makes %s %s', (name, expected) => {
    expect(wireNaming('SNAKE_CASE')(name)).toBe(expected);
  });

  it.each([
    ['price_cents', 'priceCents'],
    ['_id', '_id'],
    ['a__b', 'aB'],
  ])('CAMEL_CASE makes %s %s', (name, expected) => {
    expect(wireNaming('CAMEL_CASE')(name)).toBe(expected);
  });

  it('maps each field whose wire name differs, but not those with a call or a map of their own', () => {
    const { maps, toWireName } = readSound(`
      extend schema @source(naming: SNAKE_CASE)
      type Query { firstProduct: Product @rest(GET: "/first") }
      type Product {
        sku: ID!
        priceCents: Int
        makerName: String @map(from: "maker.name")
        bestReview: Review @rest(GET: "/products/{sku}/best")
      }
      type Review { authorName: String }
    `);
    expect(toWireName('pageSize')).toBe('page_size');
    expect([...maps.keys()].toSorted()).toEqual(['Product.makerName', 'Product.priceCents', 'Review.authorName']);
    expect(maps.get('Product.priceCents')?.evaluate({ price_cents: 5, priceCents: 6 })).toBe(5);
    expect(maps.get('Product.makerName')?.evaluate({ maker: { name: 'Loom' } })).toBe('Loom');
  });

  it('leaves names as they are without a rule', () => {
    const { maps, toWireName } = readSound('type Query { p: P @rest(GET: "/p") } type P { priceCents: Int }');
    expect(toWireName('pageSize')).toBe('pageSize');
    expect(maps.size).toBe(0);
  });
});
