import { carriers, firstNames, lastNames, productLines, reviewPhrases, warehouses } from './vocabulary.ts';

export type User = {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly email: string;
  /** `YYYY-MM-DD` */
  readonly memberSince: string;
};

export type Product = {
  readonly sku: string;
  readonly name: string;
  readonly description: string | null;
  readonly category: string;
  readonly priceCents: number;
  readonly weightGrams: number;
};

export type Review = {
  readonly id: string;
  readonly sku: string;
  readonly authorId: string;
  readonly rating: number;
  readonly text: string;
};

export type Stock = {
  readonly sku: string;
  readonly quantity: number;
  readonly warehouse: { readonly code: string; readonly city: string };
};

type OrderItem = { readonly sku: string; readonly quantity: number; readonly priceCents: number };

export type Order = {
  readonly id: string;
  readonly userId: string;
  /** `YYYY-MM-DD` */
  readonly placedOn: string;
  readonly items: readonly OrderItem[];
  readonly totalCents: number;
};

type ShipmentStatus = 'PENDING' | 'IN_TRANSIT' | 'DELIVERED';

export type Shipment = {
  readonly id: string;
  readonly orderId: string;
  readonly status: ShipmentStatus;
  readonly carrier: string;
  /** null until the parcel is handed over. */
  readonly trackingCode: string | null;
  /** `YYYY-MM-DD` */
  readonly promisedOn: string;
};

const USERS = 200;
const PRODUCTS = 300;
const ORDERS = 500;

/** `u1` … `u200`. */
export function seedUsers(today: Date = new Date()): User[] {
  return numbers(USERS).map((number) => {
    const random = createRandom(number);
    const index = number - 1;
    // The step of 11 for every fifty makes all two hundred pairs of names different.
    const first = pick(firstNames, index * 3 + Math.floor(index / lastNames.length) * 11);
    const last = pick(lastNames, index);
    const username = `${first}.${last}`.toLowerCase();
    return {
      id: `u${number}`,
      name: `${first} ${last}`,
      username,
      email: `${username}@example.com`,
      memberSince: dateOf(today, -(30 + random(1500))),
    };
  });
}

/** `SKU-0001` … `SKU-0300`: neighbours are of different categories. */
export function seedProducts(): Product[] {
  return numbers(PRODUCTS).map(productOf);
}

/** None to six for each product, in the products' order: `r1`, `r2` … */
export function seedReviews(): Review[] {
  const reviews = numbers(PRODUCTS).flatMap((number) => {
    const random = createRandom(number + 10_000);
    return numbers(random(7)).map(() => reviewOf(skuOf(number), random));
  });
  return reviews.map((review, index) => ({ id: `r${index + 1}`, ...review }));
}

/** One for each product; about one in eight is sold out. */
export function seedStock(): Stock[] {
  return numbers(PRODUCTS).map((number) => {
    const random = createRandom(number + 20_000);
    return {
      sku: skuOf(number),
      quantity: random(8) === 0 ? 0 : 1 + random(120),
      warehouse: pick(warehouses, random(warehouses.length)),
    };
  });
}

/** `o1` … `o500`; `oN` belongs to user `u((N - 1) mod 200 + 1)` and has one to three different products. */
export function seedOrders(today: Date = new Date()): Order[] {
  return numbers(ORDERS).map((number) => {
    const random = createRandom(number + 30_123);
    const ageDays = random(MAX_AGE_DAYS);
    const start = random(PRODUCTS);
    const items = numbers(1 + random(3)).map((position) => {
      const product = productOf(((start + position * 37) % PRODUCTS) + 1);
      return { sku: product.sku, quantity: 1 + random(3), priceCents: product.priceCents };
    });
    return {
      id: `o${number}`,
      userId: `u${((number - 1) % USERS) + 1}`,
      placedOn: dateOf(today, -ageDays),
      items,
      totalCents: items.reduce((sum, item) => sum + item.quantity * item.priceCents, 0),
    };
  });
}

/** `sN` for order `oN`; every ninth order has none. Some of those in transit are past the promised day. */
export function seedShipments(today: Date = new Date()): Shipment[] {
  const withShipment = numbers(ORDERS).filter((number) => number % 9 !== 0);
  return withShipment.map((number) => {
    const ageDays = createRandom(number + 30_123)(MAX_AGE_DAYS);
    const random = createRandom(number + 40_123);
    const status = statusAt(ageDays, random);
    return {
      id: `s${number}`,
      orderId: `o${number}`,
      status,
      carrier: pick(carriers, random(carriers.length)),
      trackingCode: status === 'PENDING' ? null : `SV${String(100_000 + number * 733)}`,
      promisedOn: dateOf(today, 4 + random(5) - ageDays),
    };
  });
}

/** A source of whole numbers from 0 up to a limit: the same ones for the same seed, everywhere (a linear congruence). */
export function createRandom(seed: number): (limit: number) => number {
  let state = (Math.imul(seed, 2_654_435_761) ^ 0x9e37_79b9) >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const MAX_AGE_DAYS = 40;

function productOf(number: number): Product {
  const random = createRandom(number + 50_000);
  const index = number - 1;
  const line = pick(productLines, index);
  const place = Math.floor(index / productLines.length);
  const make = pick(line.makes, Math.floor(place / line.things.length));
  const thing = pick(line.things, place);
  return {
    sku: skuOf(number),
    name: `${make} ${thing}`,
    description: random(9) === 0 ? null : line.about,
    category: line.category,
    priceCents: line.fromCents + random(40) * 100 + 90,
    weightGrams: line.fromGrams + random(60) * 10,
  };
}

function reviewOf(sku: string, random: (limit: number) => number): Omit<Review, 'id'> {
  const rating = pick([5, 5, 4, 4, 4, 3, 2], random(7));
  const phrases = reviewPhrases[rating] ?? { openings: [], details: [] };
  const opening = pick(phrases.openings, random(phrases.openings.length));
  const detail = pick(phrases.details, random(phrases.details.length));
  return { sku, authorId: `u${1 + random(USERS)}`, rating, text: `${opening} ${detail}` };
}

function statusAt(ageDays: number, random: (limit: number) => number): ShipmentStatus {
  if (ageDays < 2) return 'PENDING';
  if (ageDays < 6) return 'IN_TRANSIT';
  return random(5) === 0 ? 'IN_TRANSIT' : 'DELIVERED';
}

function skuOf(number: number): string {
  return `SKU-${String(number).padStart(4, '0')}`;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** The day that is `days` after `today`'s UTC midnight. */
function dateOf(today: Date, days: number): string {
  const midnight = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate());
  return new Date(midnight + days * 86_400_000).toISOString().slice(0, 10);
}

function pick<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new RangeError('Nothing to pick from.');
  return item;
}
