import { describe, expect, it } from 'vitest';
import { json, startTestServer } from '../sources/http/test-server.ts';
import { createFolder, runCommand } from './command.ts';

const shop = `
  extend schema @source(naming: SNAKE_CASE)
  type Query {
    product(sku: ID!, note: String): Product @rest(GET: "/products/{sku}{?note}", headers: [{ name: "x-user", value: "{claims.sub}" }, { name: "x-key", value: "{headers.authorization}" }])
    wrong: Int @rest(GET: "/wrong")
  }
  type Mutation { login(name: String!, password: String!): Session @rest(POST: "/login") note(input: Note!): Int @rest(POST: "/wrong") }
  input Note { ids: [ID!] kind: String = "plain" }
  type Session { accessToken: String }
  type Product @key(fields: "sku") @rest(GET: "/products?skus={sku}", batch: { match: "sku" }) {
    sku: ID!
    fullName: String
    reviews(min: Int = 1): [Review!]! @rest(GET: "/products/{sku}/reviews{?min}")
  }
  type Review { text: String }
`;

async function project() {
  const server = await startTestServer(({ path }, response) => {
    if (path.startsWith('/login')) return json(response, { access_token: 's3cret' });
    if (path.startsWith('/products?')) return json(response, [{ sku: 'a', full_name: 'A' }]);
    if (path.includes('/reviews')) return json(response, [{ text: 'good' }]);
    if (path.startsWith('/wrong')) return json(response, { title: 'no' }, { status: 500 });
    return json(response, { sku: 'a', full_name: 'A', password: 'hidden' });
  });
  const cwd = await createFolder({
    'shop.graphql': shop,
    'other.graphql':
      'type Query { other: Int @rest(GET: "/other") } type Product @key(fields: "sku") @rest(GET: "/{sku}") { sku: ID! }',
    'selvedge.yaml': `graph:
  subgraphs:
    shop: { schema: shop.graphql, url: "${server.url}?api_key=k3y" }
    other: { schema: other.graphql, url: "http://127.0.0.1:9" }
auth:
  upstream: { shop: { forward: [authorization] } }
`,
  });
  return { server, call: (...args: string[]) => runCommand(['call', ...args], { cwd }) };
}

describe('selvedge call', () => {
  it('shows what is sent, what comes back and what becomes of it, and no secret', async () => {
    const { call } = await project();
    const args = ['--args', '{"sku":"a/b"}', '--claims', '{"sub":"u1"}', '--header', 'Authorization: Bearer t0ken'];
    const { code, stdout, stderr } = await call('Query.product', ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('→ GET /products/a%2Fb?api_key=[redacted]\n');
    expect(stdout).toContain('  x-user: u1\n');
    expect(stdout).toContain('  authorization: [redacted]\n');
    expect(stdout).toMatch(/← HTTP 200\n/);
    expect(stdout).toContain('"full_name": "A"');
    expect(stdout).toContain('"fullName": "A"');
    expect(stdout).toMatch(/\n\d+(\.\d)? ms\n$/);
    expect(stdout).not.toMatch(/t0ken|k3y|hidden/);
  });

  it('gives machines the same as JSON', async () => {
    const { call } = await project();
    const { stdout } = await call('Mutation.login', '--args', '{"name":"ada","password":"p4ss"}', '--json');
    expect(stdout).not.toMatch(/p4ss|s3cret.*s3cret/s);
    expect(JSON.parse(stdout)).toMatchObject({
      subgraph: 'shop',
      wire: [
        { direction: 'sent', line: 'POST /login?api_key=[redacted]', body: { name: 'ada', password: '[redacted]' } },
        { direction: 'received', line: 'HTTP 200', body: { access_token: '[redacted]' } },
      ],
      errors: [],
    });
  });

  it('gives machines one document where the service failed, too', async () => {
    const { call } = await project();
    const { code, stdout } = await call('Query.wrong', '--json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ value: null, errors: [{ code: 'UPSTREAM_ERROR' }] });
  });

  it('coerces arguments as a client’s are', async () => {
    const { call, server } = await project();
    await call('Mutation.note', '--args', '{"input":{"ids":5}}');
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({ ids: ['5'], kind: 'plain' });
  });

  it('calls a field of a parent, and an entity by its key', async () => {
    const { call, server } = await project();
    expect((await call('Product.reviews', '--this', '{"sku":"a"}')).stdout).toContain('"text": "good"');
    expect((await call('Product', '--subgraph', 'shop', '--this', '{"sku":"a"}')).stdout).toContain('"fullName": "A"');
    expect(server.received.map(({ path }) => path)).toEqual([
      '/products/a/reviews?min=1&api_key=k3y',
      '/products?skus=a&api_key=k3y',
    ]);
  });

  it.each([
    [['Query.prodct'], 1, 'Did you mean "Query.product"?'],
    [['Product', '--this', '{"sku":"a"}'], 1, 'is given by: shop, other'],
    [['Query.product', '--args', '{"sko":1}'], 1, 'Did you mean "sku"?'],
    [['Query.product'], 1, '"sku"'],
    [['Query.product', '--args', '{"sku":""}'], 1, 'BAD_USER_INPUT'],
    [
      ['Product', '--subgraph', 'shop', '--this', '{"skoo":"a"}'],
      1,
      'Product has no field "skoo".\n    Did you mean "sku"?',
    ],
    [['Product', '--subgraph', 'shop'], 1, '--this: it has no key of Product.\n    Give the fields of "sku".'],
    [['Subscription.moved'], 1, 'No subgraph has a call for "Subscription.moved".'],
    [['Query.product', '--events', '2'], 2, '--events is for fields of Subscription'],
    [['Query.product', '--events', '0'], 2, 'Expected a whole number of at least 1.'],
    [['Query.product', '--args', '[]'], 2, 'Expected a JSON object'],
    [['Query.product', '--header', 'x'], 2, 'Expected "name: value".'],
    [['Query.wrong'], 3, 'UPSTREAM_ERROR'],
    [['Query.other'], 3, 'UPSTREAM_UNAVAILABLE'],
  ])('ends %j with %i', async (args, code, said) => {
    const { call } = await project();
    const ended = await call(...args);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(said);
  });
});
