import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ProblemDetails, readJson, sendJson, sendText, startHttpService, type Service } from '../http-service.ts';
import type { Product, Review } from '../seed.ts';
import { Catalog } from './catalog.ts';
import { parseNewProduct, parseNewReview, readCount } from './input.ts';

const MAX_ITEMS = 100;

type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
};
type Route = (catalog: Catalog, exchange: Exchange, sku: string) => void | Promise<void>;

/** Paths hold at most one variable: a product's SKU. */
const routes: readonly { readonly path: RegExp; readonly methods: Readonly<Record<string, Route>> }[] = [
  { path: /^\/products$/, methods: { GET: listProducts, POST: addProduct } },
  { path: /^\/products\/([^/]+)$/, methods: { GET: showProduct } },
  { path: /^\/products\/([^/]+)\/reviews$/, methods: { GET: listReviews, POST: addReview } },
  { path: /^\/search$/, methods: { GET: searchProducts } },
  { path: /^\/openapi\.yaml$/, methods: { GET: showDescription } },
];

/** The catalog service: REST and JSON, described by `openapi.yaml` beside this file. */
export function startCatalog(options: { readonly port: number }): Promise<Service> {
  const catalog = new Catalog();
  return startHttpService({
    port: options.port,
    handle: async (request, response) => {
      const url = new URL(request.url ?? '/', 'http://catalog');
      for (const { path, methods } of routes) {
        const match = path.exec(url.pathname);
        if (match === null) continue;
        const route = Object.hasOwn(methods, request.method ?? '') ? methods[request.method ?? ''] : undefined;
        if (route === undefined) throw new ProblemDetails(405, `Use ${Object.keys(methods).join(' or ')} here.`);
        return route(catalog, { request, response, query: url.searchParams }, decode(match[1] ?? ''));
      }
      throw new ProblemDetails(404, 'There is nothing at this path.');
    },
  });
}

function listProducts(catalog: Catalog, { response, query }: Exchange): void {
  const skus = query.get('skus')?.split(',').filter(Boolean);
  if (skus !== undefined && skus.length > MAX_ITEMS) {
    throw new ProblemDetails(422, 'The query is not valid.', [{ field: 'skus', message: `at most ${MAX_ITEMS}` }]);
  }
  const products =
    skus === undefined ? catalog.products(query.get('category') ?? undefined) : catalog.productsBySku(skus);
  const fallback = skus === undefined ? 20 : MAX_ITEMS;
  sendPage(response, query, { items: products.map(toWireProduct), fallback });
}

function searchProducts(catalog: Catalog, { response, query }: Exchange): void {
  const text = query.get('text')?.trim() ?? '';
  if (text === '')
    throw new ProblemDetails(422, 'The query is not valid.', [{ field: 'text', message: 'is required' }]);
  sendPage(response, query, { items: catalog.search(text).map(toWireProduct), fallback: 10 });
}

function showProduct(catalog: Catalog, { response }: Exchange, sku: string): void {
  sendJson(response, 200, toWireProduct(catalog.product(sku)));
}

function listReviews(catalog: Catalog, { response }: Exchange, sku: string): void {
  sendJson(response, 200, { data: { items: catalog.reviews(sku).map(toWireReview), next_page: null } });
}

async function addProduct(catalog: Catalog, { request, response }: Exchange): Promise<void> {
  sendJson(response, 201, toWireProduct(catalog.addProduct(parseNewProduct(await readJson(request)))));
}

async function addReview(catalog: Catalog, { request, response }: Exchange, sku: string): Promise<void> {
  catalog.product(sku);
  sendJson(response, 201, toWireReview(catalog.addReview(sku, parseNewReview(await readJson(request)))));
}

async function showDescription(_catalog: Catalog, { response }: Exchange): Promise<void> {
  const text = await readFile(new URL('openapi.yaml', import.meta.url), 'utf8');
  sendText(response, 200, { type: 'application/yaml', text });
}

function sendPage(
  response: ServerResponse,
  query: URLSearchParams,
  { items, fallback }: { readonly items: readonly unknown[]; readonly fallback: number },
): void {
  const limit = readCount(query, 'limit', { fallback, to: MAX_ITEMS });
  const page = readCount(query, 'page', { fallback: 1, to: 1_000_000 });
  const end = page * limit;
  sendJson(response, 200, {
    data: { items: items.slice(end - limit, end), next_page: end < items.length ? page + 1 : null },
  });
}

function toWireProduct(product: Product) {
  return {
    sku: product.sku,
    name: product.name,
    description: product.description,
    category: product.category,
    price: { amount: product.priceCents, currency: 'EUR' },
    weight_grams: product.weightGrams,
  };
}

function toWireReview(review: Review) {
  return { id: review.id, sku: review.sku, author_id: review.authorId, rating: review.rating, text: review.text };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ProblemDetails(400, 'The path is not percent-encoded correctly.');
  }
}
