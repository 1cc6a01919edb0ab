import { describe, expect, it } from 'vitest';
import { printServiceImports, printServices } from '../../../src/sources/local/print-services.ts';
import { readTestSubgraph } from './read-test-subgraph.ts';

describe('printed service types', () => {
  it('hold the other subgraphs’ root fields, entities and types', () => {
    const stock = readTestSubgraph(
      'stock-room',
      /* GraphQL */ `
        type Query {
          places(near: String, kind: Kind!): [Place]
        }
        type Subscription {
          moved(kind: Kind): Place!
        }
        enum Kind {
          SHELF
          CELLAR
        }
        scalar Json
        interface Place {
          code: ID!
        }
        type Shelf implements Place {
          code: ID!
        }
        type Cellar implements Place {
          code: ID!
          depth: Float
        }
        type Product @key(fields: "sku") @key(fields: "shop { id } number") {
          sku: ID!
          number: Int!
          shop: Shop!
          weight: Int @external
          freight(to: String!): Int @requires(fields: "weight")
          raw: Json
        }
        type Shop {
          id: ID!
        }
      `,
      'graphql',
    );
    const own = readTestSubgraph('front', 'type Query { a: Int }');
    expect(printServices([own, stock], 'front')).toMatchInlineSnapshot(`
      "export type StockRoomKind = 'SHELF' | 'CELLAR';

      export type StockRoomPlace = StockRoomShelf | StockRoomCellar;

      export type StockRoomShelf = {
        readonly __typename: 'Shelf';
        readonly code: string;
      };

      export type StockRoomCellar = {
        readonly __typename: 'Cellar';
        readonly code: string;
        readonly depth: number | null;
      };

      export type StockRoomProduct = {
        readonly __typename: 'Product';
        readonly sku: string;
        readonly number: number;
        readonly shop: StockRoomShop;
        readonly freight: FieldWithArguments<{ readonly to: string }, number | null>;
        readonly raw: unknown;
      };

      export type StockRoomShop = {
        readonly __typename: 'Shop';
        readonly id: string;
      };

      /** The other subgraphs, as the resolvers of "front" call them. */
      export type Services = {
        readonly "stock-room": {
          readonly Query: {
            readonly places: RootField<{ readonly near?: string | null | undefined; readonly kind: StockRoomKind }, readonly (StockRoomPlace | null)[] | null>;
          };
          readonly Subscription: {
            readonly moved: RootStream<{ readonly kind?: StockRoomKind | null | undefined }, StockRoomPlace>;
          };
          readonly Product: EntityByKey<({ readonly sku: string } | { readonly shop: { readonly id: string }; readonly number: number }) & { readonly weight?: number | null }, StockRoomProduct>;
        };
      };"
    `);
  });

  it('import what they use and no more', () => {
    const plain = readTestSubgraph('plain', 'type Query { a: Int }', 'graphql');
    expect(printServiceImports(printServices([plain], 'front'))).toBe("import type { RootField } from 'selvedge';");
    expect(printServiceImports(printServices([], 'front'))).toBe('');
  });
});
