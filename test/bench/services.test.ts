import { describe, expect, it } from 'vitest';
import { createService } from '../../bench/service-schemas.ts';

async function ask(service: string, query: string, variables?: object): Promise<unknown> {
  const answer = await createService(service)(JSON.stringify({ query, variables }));
  return JSON.parse(JSON.stringify(answer)) as unknown;
}

describe('the services of the benchmark', () => {
  it('answer entities under aliases, through fragments and variables', async () => {
    const query = `
      query ($a: [_Any!]!, $all: Boolean!) {
        first: _entities(representations: $a) { ...Stock }
        second: _entities(representations: [{ __typename: "Product", upc: "2", price: 1299 }]) {
          ... on Product { __typename cost: shippingEstimate inStock @include(if: $all) }
        }
      }
      fragment Stock on Product { upc inStock shippingEstimate }`;
    const variables = { a: [{ __typename: 'Product', upc: '1', price: 899, weight: 100 }], all: false };
    expect(await ask('inventory', query, variables)).toEqual({
      data: {
        first: [{ upc: '1', inStock: true, shippingEstimate: 50 }],
        second: [{ __typename: 'Product', cost: 0 }],
      },
    });
  });

  it('estimate shipping from what the representation says', async () => {
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Product { shippingEstimate } } }';
    const r = [
      { __typename: 'Product', upc: '1' },
      { __typename: 'Product', upc: '1', price: 1001, weight: 9 },
      { __typename: 'Product', upc: '1', price: 1000 },
      { __typename: 'Product', upc: '1', price: 1000, weight: 9 },
    ];
    expect(await ask('inventory', query, { r })).toEqual({
      data: {
        _entities: [
          { shippingEstimate: null },
          { shippingEstimate: 0 },
          { shippingEstimate: null },
          { shippingEstimate: 4 },
        ],
      },
    });
  });

  it('give as many products as are asked for', async () => {
    const answer = (await ask('products', '{ topProducts(first: 1000) { upc } }')) as {
      readonly data: { readonly topProducts: readonly { readonly upc: string }[] };
    };
    expect(answer.data.topProducts.map(({ upc }) => upc)).toEqual(
      Array.from({ length: 1000 }, (_, index) => String(index + 1)),
    );
  });

  it('give null for an entity that there is not', async () => {
    const query = '{ _entities(representations: [{ __typename: "User", id: "77" }]) { ... on User { name } } }';
    expect(await ask('accounts', query)).toEqual({ data: { _entities: [null] } });
  });
});
