import { type BatchFunction, defineResolvers, GatewayError } from 'selvedge';
import type { Resolvers, Services } from './generated.js';

const MAX_SUGGESTIONS = 6;

export default defineResolvers<Resolvers>({
  Query: {
    storefront: async (_, { userId }, { services, load }) => {
      const [user, account] = await Promise.all([
        services.accounts.User({ id: userId }, { name: true }),
        services.orders.User({ id: userId }, { orders: { id: true, totalCents: true, items: { sku: true } } }),
      ]);
      if (user === null) throw new GatewayError('BAD_USER_INPUT', `There is no user "${userId}".`);
      const orders = account?.orders ?? [];
      const bought = new Set(orders.flatMap((order) => order.items.map((item) => item.sku)));
      const [shipped, categories] = await Promise.all([
        Promise.all(orders.map(({ id }) => services.shipping.Order({ id }, { shipment: { status: true } }))),
        Promise.all([...bought].map((sku) => services.catalog.Product({ sku }, { category: true }))),
      ]);
      const wanted = new Set(categories.flatMap((product) => product?.category ?? []));
      const shelves = await Promise.all([...wanted].map((category) => load(loadShelves, category)));
      return {
        user: { id: userId },
        greeting: `Welcome back, ${user.name.split(' ')[0]}!`,
        openOrders: shipped.filter((order) => order?.shipment?.status !== 'DELIVERED').length,
        spentCents: orders.reduce((sum, order) => sum + order.totalCents, 0),
        suggestions: takeInTurn(shelves)
          .filter((sku) => !bought.has(sku))
          .slice(0, MAX_SUGGESTIONS)
          .map((sku) => ({ sku })),
      };
    },
  },
  Order: {
    isOverdue: ({ shipment }) =>
      shipment !== null &&
      shipment !== undefined &&
      shipment.status !== 'DELIVERED' &&
      shipment.promisedOn < new Date().toISOString().slice(0, 10),
  },
});

/** The first products of each category. */
const loadShelves: BatchFunction<string, readonly string[], Services> = (categories, { services }) =>
  Promise.all(
    categories.map(async (category) => {
      const products = await services.catalog.Query.products({ category, limit: 10 }, { sku: true });
      return products.map(({ sku }) => sku);
    }),
  );

/** The first of each list, then the second of each, and so on. */
function takeInTurn(lists: readonly (readonly string[])[]): string[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, position) =>
    lists.flatMap((list) => list.slice(position, position + 1)),
  ).flat();
}
