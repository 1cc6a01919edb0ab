import { describe, expect, it } from 'vitest';
import { stitchServices } from './plain-services.ts';

const books = {
  sdl: /* GraphQL */ `
    type Query {
      found: [Found!]!
      booksByIds(ids: [ID!]!): [Book]!
      node(id: ID!): Node
    }
    interface Node {
      id: ID!
    }
    union Found = Book | Author
    type Book implements Node {
      id: ID!
      title: String
    }
    type Author {
      name: String
    }
  `,
  root: {
    found: [
      { __typename: 'Book', id: 'b1', title: 'One' },
      { __typename: 'Author', name: 'Ann' },
    ],
    booksByIds: ({ ids }: { ids: string[] }) => ids.map((id) => ({ id, title: `Title ${id}` })),
    node: ({ id }: { id: string }) => ({ __typename: 'Book', id, title: `Title ${id}` }),
  },
};

const prices = {
  sdl: /* GraphQL */ `
    type Query {
      offers: [Found!]!
      prices(ids: [ID!]!): [Book]!
    }
    interface Node {
      id: ID!
    }
    union Found = Book | Song
    type Book implements Node {
      id: ID!
      cents: Int
    }
    type Song implements Node {
      id: ID!
      seconds: Int
    }
  `,
  root: {
    offers: [
      { __typename: 'Book', id: 'b2', cents: 5 },
      { __typename: 'Song', id: 's1', seconds: 9 },
    ],
    prices: ({ ids }: { ids: string[] }) => ids.map((id) => ({ id, cents: id.length })),
  },
};

const sdl = /* GraphQL */ `
  type Query {
    found: [Found!]!
    offers: [Found!]!
    node(id: ID!): Node
    booksByIds(ids: [ID!]!): [Book]! @merge(keyField: "id") @inaccessible
    prices(ids: [ID!]!): [Book]! @merge(keyField: "id") @inaccessible
  }
  interface Node {
    id: ID!
  }
  union Found = Book | Author | Song
  type Book implements Node @key(fields: "id") {
    id: ID!
    title: String
    cents: Int
  }
  type Author {
    name: String
  }
  type Song implements Node {
    id: ID!
    seconds: Int
  }
`;

describe('unions and interfaces that several services have', () => {
  const parts = '... on Book { title cents } ... on Author { name } ... on Song { seconds }';

  it('have the types of all, and those the fields of all', async () => {
    const { query, asked } = await stitchServices(sdl, { books, prices });
    expect(await query(`{ found { __typename ${parts} } offers { __typename ${parts} } }`)).toEqual({
      data: {
        found: [
          { __typename: 'Book', title: 'One', cents: 2 },
          { __typename: 'Author', name: 'Ann' },
        ],
        offers: [
          { __typename: 'Book', title: 'Title b2', cents: 5 },
          { __typename: 'Song', seconds: 9 },
        ],
      },
    });
    expect([asked['books']?.length, asked['prices']?.length]).toEqual([2, 2]);
  });

  it('cost one request for the fields of a hundred objects that another service has', async () => {
    const found = Array.from({ length: 100 }, (_, n) => ({ __typename: 'Book', id: `b${n}`, title: `T${n}` }));
    const { query, asked } = await stitchServices(sdl, { books: { ...books, root: { ...books.root, found } }, prices });
    const { data } = await query(`{ found { ${parts} } }`);
    expect((data as { found: object[] }).found[99]).toEqual({ title: 'T99', cents: 3 });
    expect([asked['books']?.length, asked['prices']?.length]).toEqual([1, 1]);
  });

  it('lead to what another service has of the type behind an interface', async () => {
    const { query } = await stitchServices(sdl, { books, prices });
    expect(await query('{ node(id: "b7") { __typename id ... on Book { title cents } } }')).toEqual({
      data: { node: { __typename: 'Book', id: 'b7', title: 'Title b7', cents: 2 } },
    });
  });
});
