import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { startCatalog } from '../../examples/catalog/server.ts';

type Page = {
  readonly data: { readonly items: readonly { readonly sku: string }[]; readonly next_page: number | null };
};

async function catalog() {
  const service = await startCatalog({ port: 0 });
  onTestFinished(service.close);
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${service.url}${path}`, init);
    return {
      status: response.status,
      type: response.headers.get('content-type')?.split(';')[0],
      body: (await response.json()) as unknown,
    };
  };
  const post = (path: string, body: unknown, type = 'application/json') =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const skus = async (path: string) => ((await ask(path)).body as Page).data.items.map((item) => item.sku);
  return { url: service.url, ask, post, skus };
}

const PRODUCT = { name: 'Felt Slippers', category: 'knitwear', price: { amount: 3900 }, weight_grams: 300 };

describe('catalog', () => {
  it('pages through a category', async () => {
    const { ask, skus } = await catalog();
    expect(await skus('/products?category=yarn&limit=2')).toEqual(['SKU-0010', 'SKU-0020']);
    expect(await skus('/products?category=yarn&limit=2&page=2')).toEqual(['SKU-0030', 'SKU-0040']);
    expect(((await ask('/products?category=yarn&limit=10&page=3')).body as Page).data.next_page).toBeNull();
    expect(((await ask('/products?category=yarn&limit=10&page=2')).body as Page).data.next_page).toBe(3);
  });

  it('gives products by SKU in an order of its own, and leaves out what there is not', async () => {
    const { skus } = await catalog();
    expect(await skus('/products?skus=SKU-0300,nothing,SKU-0002')).toEqual(['SKU-0002', 'SKU-0300']);
  });

  it('gives a hundred products by SKU at once', async () => {
    const { skus } = await catalog();
    const hundred = Array.from({ length: 100 }, (_, index) => `SKU-${String(index + 1).padStart(4, '0')}`);
    expect(await skus(`/products?skus=${hundred.join(',')}`)).toEqual(hundred);
  });

  it('finds every word in whatever order', async () => {
    const { skus } = await catalog();
    expect(await skus('/search?text=THROW%20merino')).toEqual(['SKU-0001', 'SKU-0091']);
  });

  it('keeps what is added', async () => {
    const { ask, post } = await catalog();
    const added = await post('/products', PRODUCT);
    expect(added).toMatchObject({
      status: 201,
      body: { sku: 'SKU-0301', description: null, price: { amount: 3900, currency: 'EUR' } },
    });
    expect((await ask('/products/SKU-0301')).body).toEqual(added.body);
    const review = await post('/products/SKU-0301/reviews', { text: 'Warm.', rating: 5, author_id: 'u1' });
    expect(review).toMatchObject({ status: 201, body: { sku: 'SKU-0301', author_id: 'u1' } });
    expect((await ask('/products/SKU-0301/reviews')).body).toEqual({ data: { items: [review.body], next_page: null } });
  });

  it.each<[string, string, number]>([
    ['a product that is not there', '/products/SKU-9999', 404],
    ['reviews of one that is not there', '/products/SKU-9999/reviews', 404],
    ['a path that is not there', '/shelves', 404],
    ['a path that is not encoded', '/products/%ff', 400],
    ['a limit over a hundred', '/products?limit=101', 422],
    ['a page that is no number', '/products?page=x', 422],
    ['a search for nothing', '/search?text=%20', 422],
  ])('answers %s with a problem', async (_name, path, status) => {
    const { ask } = await catalog();
    expect(await ask(path)).toMatchObject({ status, type: 'application/problem+json', body: { status } });
  });

  it('says everything that is wrong with a product', async () => {
    const { post } = await catalog();
    const { status, body } = await post('/products', { name: '', price: { amount: -1 }, weight_grams: 1.5 });
    expect(status).toBe(422);
    expect((body as { errors: { field: string }[] }).errors.map((error) => error.field)).toEqual([
      'name',
      'category',
      'price.amount',
      'weight_grams',
    ]);
  });

  it.each<[string, unknown, string, number]>([
    ['broken JSON', '{', 'application/json', 400],
    ['a form', 'name=x', 'application/x-www-form-urlencoded', 415],
    ['more than a megabyte', { ...PRODUCT, description: 'x'.repeat(1_100_000) }, 'application/json', 413],
  ])('refuses %s', async (_name, body, type, status) => {
    const { post } = await catalog();
    expect(await post('/products', body, type)).toMatchObject({ status });
  });

  it('is described by its OpenAPI file: each operation is there, and each answer has a described status', async () => {
    const { url, ask, post } = await catalog();
    const text = readFileSync(new URL('../../examples/catalog/openapi.yaml', import.meta.url), 'utf8');
    expect(await (await fetch(`${url}/openapi.yaml`)).text()).toBe(text);
    const { paths } = parse(text) as { paths: Record<string, Record<string, { responses?: object }>> };
    const told = (path: string, method: string) => Object.keys(paths[path]?.[method]?.responses ?? {});
    expect(told('/products', 'get')).toContain(String((await ask('/products')).status));
    expect(told('/products', 'post')).toContain(String((await post('/products', PRODUCT)).status));
    expect(told('/products/{sku}', 'get')).toContain(String((await ask('/products/SKU-0001')).status));
    expect(told('/products/{sku}/reviews', 'get')).toContain(String((await ask('/products/SKU-0001/reviews')).status));
    expect(told('/products/{sku}/reviews', 'post')).toContain(
      String((await post('/products/SKU-0001/reviews', {})).status),
    );
    expect(told('/search', 'get')).toContain(String((await ask('/search?text=rug')).status));
    expect(Object.keys(paths).toSorted()).toEqual([
      '/openapi.yaml',
      '/products',
      '/products/{sku}',
      '/products/{sku}/reviews',
      '/search',
    ]);
  });
});
