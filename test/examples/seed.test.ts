import { describe, expect, it } from 'vitest';
import { seedOrders, seedProducts, seedReviews, seedShipments, seedStock, seedUsers } from '../../examples/seed.ts';

const TODAY = new Date('2024-03-01T13:00:00Z');

describe('the seed', () => {
  it('is the same each time', () => {
    expect([
      seedUsers(TODAY),
      seedProducts(),
      seedReviews(),
      seedStock(),
      seedOrders(TODAY),
      seedShipments(TODAY),
    ]).toEqual([seedUsers(TODAY), seedProducts(), seedReviews(), seedStock(), seedOrders(TODAY), seedShipments(TODAY)]);
  });

  it('differs from day to day in its dates alone', () => {
    const later = new Date('2024-03-11T00:00:00Z');
    const withoutDates = (list: readonly object[]) =>
      list.map((item) =>
        Object.fromEntries(Object.entries(item).filter(([, value]) => !/^\d{4}-/.test(String(value)))),
      );
    expect(withoutDates(seedShipments(later))).toEqual(withoutDates(seedShipments(TODAY)));
    expect(withoutDates(seedOrders(later))).toEqual(withoutDates(seedOrders(TODAY)));
    const placed = (today: Date) => seedOrders(today).map((order) => Date.parse(order.placedOn));
    const before = placed(TODAY);
    expect(new Set(placed(later).map((time, index) => time - (before[index] ?? 0)))).toEqual(
      new Set([10 * 86_400_000]),
    );
  });

  it('has two hundred users, three hundred products and five hundred orders, each with a name of its own', () => {
    expect(new Set(seedUsers(TODAY).map((user) => user.username)).size).toBe(200);
    expect(new Set(seedProducts().map((product) => product.name)).size).toBe(300);
    expect(new Set(seedOrders(TODAY).map((order) => order.id)).size).toBe(500);
  });

  it('refers only to what exists', () => {
    const users = new Set(seedUsers(TODAY).map((user) => user.id));
    const skus = new Set(seedProducts().map((product) => product.sku));
    const orders = new Set(seedOrders(TODAY).map((order) => order.id));
    expect(seedReviews().filter((review) => !users.has(review.authorId) || !skus.has(review.sku))).toEqual([]);
    expect(
      seedOrders(TODAY).filter((order) => !users.has(order.userId) || order.items.some((item) => !skus.has(item.sku))),
    ).toEqual([]);
    expect(seedShipments(TODAY).filter((shipment) => !orders.has(shipment.orderId))).toEqual([]);
    expect(seedStock().map((stock) => stock.sku)).toEqual([...skus]);
  });

  it('sums up what an order costs', () => {
    const { items, totalCents } = seedOrders(TODAY)[0] ?? { items: [], totalCents: 0 };
    expect(totalCents).toBe(items.reduce((sum, item) => sum + item.quantity * item.priceCents, 0));
    expect(new Set(items.map((item) => item.sku)).size).toBe(items.length);
  });

  it('gives the first user one delivered, one waiting and one overdue order', () => {
    const orders = seedOrders(TODAY).filter((order) => order.userId === 'u1');
    const shipments = seedShipments(TODAY).filter((shipment) => orders.some((order) => order.id === shipment.orderId));
    const overdue = shipments.filter(
      (shipment) => shipment.status === 'IN_TRANSIT' && shipment.promisedOn < '2024-03-01',
    );
    expect(shipments.map((shipment) => shipment.status).toSorted()).toEqual(['DELIVERED', 'IN_TRANSIT', 'PENDING']);
    expect(overdue).toHaveLength(1);
  });
});
