import { ProblemDetails } from '../http-service.ts';
import { seedProducts, seedReviews, type Product, type Review } from '../seed.ts';

export type NewProduct = Omit<Product, 'sku'>;
export type NewReview = Pick<Review, 'text' | 'rating' | 'authorId'>;

/** The catalogue in memory: what is added can be read afterwards. */
export class Catalog {
  readonly #products = new Map(seedProducts().map((product) => [product.sku, product]));
  readonly #reviews = new Map<string, Review[]>();
  #reviewCount = 0;

  constructor() {
    for (const review of seedReviews()) this.#keep(review);
  }

  /** Throws ProblemDetails 404. */
  product(sku: string): Product {
    const product = this.#products.get(sku);
    if (product === undefined) throw new ProblemDetails(404, `There is no product ${JSON.stringify(sku)}.`);
    return product;
  }

  /** Those that exist, in the order of SKUs whatever the order asked. */
  productsBySku(skus: readonly string[]): Product[] {
    const wanted = new Set(skus);
    return this.products(undefined).filter((product) => wanted.has(product.sku));
  }

  products(category: string | undefined): Product[] {
    const all = [...this.#products.values()];
    return category === undefined ? all : all.filter((product) => product.category === category);
  }

  /** Products that have every word of the text in their name or description. */
  search(text: string): Product[] {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return this.products(undefined).filter((product) => {
      const haystack = `${product.name} ${product.description ?? ''}`.toLowerCase();
      return words.every((word) => haystack.includes(word));
    });
  }

  reviews(sku: string): readonly Review[] {
    return this.#reviews.get(this.product(sku).sku) ?? [];
  }

  addProduct(input: NewProduct): Product {
    const product = { ...input, sku: `SKU-${String(this.#products.size + 1).padStart(4, '0')}` };
    this.#products.set(product.sku, product);
    return product;
  }

  addReview(sku: string, input: NewReview): Review {
    const review = { ...input, id: `r${this.#reviewCount + 1}`, sku: this.product(sku).sku };
    this.#keep(review);
    return review;
  }

  #keep(review: Review): void {
    this.#reviewCount += 1;
    const reviews = this.#reviews.get(review.sku);
    if (reviews === undefined) this.#reviews.set(review.sku, [review]);
    else reviews.push(review);
  }
}
