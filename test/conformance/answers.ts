import type { TestService } from '../execution/test-graph.ts';

type Item = Record<string, unknown>;

/** A suite's `data.json`: mostly lists of items by name. */
export type SuiteData = Readonly<
  Record<
    'users' | 'products' | 'categories' | 'books' | 'posts' | 'comments' | 'authors' | 'reviews',
    readonly Item[]
  > &
    Record<'product' | 'media' | 'song' | 'movie', Item> &
    Record<'inStock' | 'actions' | 'message', unknown>
>;

type Behaviours = Record<string, Omit<TestService, 'sdl'>>;

const find = (items: readonly Item[], by: string, value: unknown) => items.find((item) => item[by] === value) ?? null;

const pick = (item: Item | null | undefined, ...keys: string[]): Item | null =>
  item ? Object.fromEntries(keys.map((key) => [key, item[key] ?? null])) : null;

/** An entity by its `id`, with the given fields. */
const byId =
  (items: readonly Item[], ...keys: string[]) =>
  (representation: Item) =>
    pick(find(items, 'id', representation['id']), ...keys);

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** How the subgraphs of each suite answer: the README's words as code. */
export const answers: Record<string, (data: SuiteData) => Behaviours> = {
  'enum-intersection': ({ users }) => ({
    a: { resolvers: { Query: { users: () => users } }, entities: { User: byId(users, 'id', 'type') } },
    b: {
      resolvers: {
        Query: { usersByType: (_, { type }) => users.filter((user) => user['type'] === type), usersB: () => users },
      },
      entities: { User: byId(users, 'id', 'type') },
    },
  }),

  'fed1-external-extension': ({ users }) => ({
    a: {
      resolvers: {
        Query: {
          randomUser: () => ({ ...pick(users[0], 'id', 'rid'), name: 'never' }),
          providedRandomUser: () => pick(users[0], 'id', 'rid', 'name'),
        },
      },
      entities: { User: (key) => ({ ...byId(users, 'id', 'rid')(key), name: 'never' }) },
    },
    b: {
      resolvers: { Query: { userById: (_, { id }) => find(users, 'id', id) } },
      entities: { User: byId(users, 'id', 'name', 'nickname') },
    },
  }),

  'include-skip': ({ products }) => ({
    a: { resolvers: { Query: { product: () => products[0] } }, entities: { Product: byId(products, 'id', 'price') } },
    b: {
      entities: { Product: (key) => ({ ...byId(products, 'id')(key), price: key['price'] }) },
      resolvers: {
        Product: {
          isExpensive: ({ price }) => {
            must(typeof price === 'number', 'price is required');
            return Number(price) > 500;
          },
        },
      },
    },
    c: {
      entities: { Product: (key) => ({ ...byId(products, 'id')(key), isExpensive: key['isExpensive'] }) },
      resolvers: { Product: { include: wasSent, skip: wasSent, neverCalledInclude: never, neverCalledSkip: never } },
    },
  }),

  'interface-object-with-requires': ({ users }) => {
    const user = (key: Item) => {
      const found = byId(users, 'id', 'name', 'age')(key);
      return found && { __typename: 'User', ...found };
    };
    return {
      a: {
        resolvers: { Query: { users: () => users.map((item) => ({ __typename: 'User', ...item })) } },
        entities: { NodeWithName: user, User: user },
      },
      b: {
        resolvers: {
          Query: { anotherUsers: () => users.map((item) => pick(item, 'id')) },
          NodeWithName: {
            username: ({ id, name }) => {
              must(typeof name === 'string', 'name is required');
              return find(users, 'id', id)?.['username'];
            },
          },
        },
        entities: { NodeWithName: (key) => ({ ...byId(users, 'id')(key), name: key['name'] }) },
      },
    };
  },

  'mysterious-external': ({ products }) => ({
    price: {
      resolvers: {
        Query: {
          cheapestProduct: () =>
            pick(products.toSorted((a, b) => Number(a['price']) - Number(b['price']))[0], 'id', 'price'),
        },
      },
      entities: { Product: byId(products, 'id', 'price') },
    },
    product: {
      resolvers: { Query: { products: () => products.map((product) => pick(product, 'id', 'name')) } },
      entities: { Product: byId(products, 'id', 'name') },
    },
  }),

  'nested-provides': ({ products, categories }) => {
    const category = (id: unknown, ...keys: string[]) => pick(find(categories, 'id', id), ...keys);
    const subCategories = (id: unknown, ...keys: string[]) =>
      listOf(find(categories, 'id', id)?.['subCategories']).map((sub) => category(sub, ...keys));
    return {
      'all-products': { entities: { Product: byId(products, 'id') } },
      category: {
        resolvers: {
          Query: {
            products: () =>
              products.map((product) => ({
                id: product['id'],
                categories: listOf(product['categories']).map((id) => ({
                  ...category(id, 'id', 'name'),
                  subCategories: subCategories(id, 'id', 'name'),
                })),
              })),
          },
        },
        entities: { Product: byId(products, 'id'), Category: byId(categories, 'id') },
      },
      subcategories: {
        entities: {
          Product: ({ id }) => {
            const product = find(products, 'id', id);
            return product && { id, categories: listOf(product['categories']).map((sub) => category(sub, 'id')) };
          },
          Category: byId(categories, 'id'),
        },
        resolvers: { Category: { subCategories: ({ id }) => subCategories(id, 'id') } },
      },
    };
  },

  'null-keys': ({ books }) => {
    const book = (key: Item) => {
      const found = books.find((item) => (key['id'] ? item['id'] === key['id'] : item['upc'] === key['upc']));
      must(found !== undefined, 'no such book');
      return found;
    };
    return {
      a: {
        resolvers: { Query: { bookContainers: () => books.map((item) => ({ book: pick(item, 'upc') })) } },
        entities: { Book: ({ upc }) => pick(find(books, 'upc', upc), 'upc') },
      },
      b: { entities: { Book: (key) => (book(key)?.['id'] === '3' ? null : pick(book(key), 'id', 'upc')) } },
      c: { entities: { Book: ({ id }) => book({ id: id ?? 'none' }) } },
    };
  },

  'parent-entity-call': ({ products, categories }) => {
    const found = (key: Item) =>
      products.find((item) => item['id'] === key['id'] && (key['pid'] === undefined || item['pid'] === key['pid'])) ??
      null;
    const categoryOf = (item: Item, ...keys: string[]) => pick(find(categories, 'id', item['categoryId']), ...keys);
    const whole = { Product: { category: (item: Item) => categoryOf(item, 'id', 'name') } };
    const entities = { Product: found, Category: byId(categories, 'id', 'name') };
    return {
      a: { resolvers: { Query: { products: () => products }, ...whole }, entities },
      b: { resolvers: whole, entities },
      c: { resolvers: { Product: { category: (item) => categoryOf(item, 'details') } }, entities: { Product: found } },
    };
  },

  'partial-union': ({ actions, message }) => ({
    a: { resolvers: { Query: { getResponse: () => ({ message, actions }) } } },
    b: {},
  }),

  'requires-with-argument': ({ products, posts, comments, authors }) => ({
    a: {
      entities: {
        Product: (key) => find(products, 'upc', key['upc']) && pick(key, 'upc', 'price', 'weight', 'category'),
      },
      resolvers: {
        Product: {
          shippingEstimate: ({ price, weight }) =>
            price === null || weight === null ? null : Number(price) * Number(weight) * 10,
          isExpensiveCategory: ({ category }) => (category ? Number((category as Item)['averagePrice']) > 11 : null),
        },
      },
    },
    b: {
      resolvers: { Query: { products: () => products } },
      entities: { Product: ({ upc }) => find(products, 'upc', upc) },
    },
    c: {
      resolvers: { Query: { feed: () => posts.map((post) => pick(post, 'id')) } },
      entities: { Post: byId(posts, 'id'), Comment: byId(comments, 'id', 'authorId', 'body') },
    },
    d: {
      entities: {
        Post: (key) => find(posts, 'id', key['id']) && pick(key, 'id', 'comments'),
        Comment: byId(comments, 'id'),
      },
      resolvers: {
        Post: {
          comments: ({ id }, { limit }) =>
            comments
              .filter((comment) => comment['postId'] === id)
              .slice(0, Number(limit))
              .map((comment) => pick(comment, 'id')),
          author: ({ comments: sent }) => {
            const three = listOf(sent) as Item[];
            must(three.length === 3, `three comments are required, not ${three.length}`);
            return find(authors, 'id', three[2]?.['authorId']);
          },
        },
      },
    },
  }),

  'shared-root': ({ product }) => {
    const part = (...keys: string[]) => {
      const value = pick(product, 'id', ...keys);
      return { resolvers: { Query: { product: () => value, products: () => [value] } } };
    };
    return { category: part('category'), name: part('name'), price: part('price') };
  },

  'simple-entity-call': ({ users }) => ({
    email: {
      resolvers: { Query: { user: () => pick(users[0], 'id', 'email') } },
      entities: { User: byId(users, 'id', 'email') },
    },
    nickname: { entities: { User: ({ email }) => pick(find(users, 'email', email), 'nickname') } },
  }),

  'simple-override': ({ posts }) => ({
    a: {
      resolvers: { Query: { feed: () => posts, aFeed: () => [posts[1]] }, Post: { createdAt: () => 'NEVER' } },
      entities: { Post: byId(posts, 'id') },
    },
    b: {
      resolvers: { Query: { feed: () => posts, bFeed: () => [posts[0]] } },
      entities: { Post: byId(posts, 'id', 'createdAt') },
    },
  }),

  'simple-requires-provides': (data) => {
    const { users, products, reviews } = data;
    const review = (item: Item) => ({
      ...pick(item, 'id', 'body'),
      author: pick(find(users, 'id', item['authorId']), 'id', 'username'),
      product: { upc: item['productUpc'] },
    });
    const estimate = ({ price, weight }: Item) =>
      price === null || weight === null ? null : Number(price) * Number(weight) * 10;
    return {
      accounts: {
        resolvers: { Query: { me: () => users[0] } },
        entities: { User: byId(users, 'id', 'name', 'username') },
      },
      products: {
        resolvers: { Query: { products: () => products } },
        entities: { Product: ({ upc }) => find(products, 'upc', upc) },
      },
      inventory: {
        entities: { Product: (key) => find(products, 'upc', key['upc']) && pick(key, 'upc', 'price', 'weight') },
        resolvers: {
          Product: {
            inStock: ({ upc }) => listOf(data['inStock']).includes(upc),
            shippingEstimate: estimate,
            shippingEstimateTag: (item) =>
              estimate(item) === null ? null : `#${String(item['upc'])}#${estimate(item)}#`,
          },
        },
      },
      reviews: {
        entities: {
          Review: ({ id }) => {
            const found = find(reviews, 'id', id);
            return found && review(found);
          },
          User: byId(users, 'id'),
          Product: ({ upc }) => pick(find(products, 'upc', upc), 'upc'),
        },
        resolvers: {
          User: { reviews: ({ id }) => reviews.filter((item) => item['authorId'] === id).map(review) },
          Product: { reviews: ({ upc }) => reviews.filter((item) => item['productUpc'] === upc).map(review) },
        },
      },
    };
  },

  'union-intersection': ({ media, song, movie }) => {
    const all = [media, song, movie];
    const entity = byId(all, '__typename', 'id', 'title', 'aTitle', 'bTitle');
    const a = { media: () => media, aMedia: () => media, book: () => media, song: () => song };
    const b = { media: () => media, bMedia: () => media, book: () => media };
    return {
      a: {
        resolvers: { Query: { ...a, viewer: () => ({}) }, Viewer: a },
        entities: { Book: entity, Song: entity },
      },
      b: {
        resolvers: { Query: { ...b, viewer: () => ({}) }, Viewer: { ...b, bMedia: () => movie } },
        entities: { Book: entity, Movie: entity },
      },
    };
  },
};

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function wasSent({ isExpensive }: Item): boolean {
  must(typeof isExpensive === 'boolean', 'isExpensive is required');
  return true;
}

function never(): never {
  throw new Error('must not be called');
}
