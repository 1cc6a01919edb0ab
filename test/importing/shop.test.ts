import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startShop } from '../../examples/shop.ts';
import { createFolder, runCommand, servedUrl, startCommand } from '../cli/command.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const NO_PORTS = { accounts: 0, catalog: 0, inventory: 0, shipping: 0, orders: 0 };

/** The queries that the README shows, and their answers. */
const examples = [
  ...readFileSync(path.join(ROOT, 'README.md'), 'utf8').matchAll(
    /```graphql( token)?\n([^`]*)\n```\n\n```json\n([^`]*)\n```/g,
  ),
].map(([, token, query = '', answer = '']) => ({
  withToken: token !== undefined,
  query,
  answer: JSON.parse(answer) as unknown,
}));

const descriptions = {
  catalog: ['openapi', 'examples/catalog/openapi.yaml'],
  inventory: ['proto', 'schemas/inventory.proto'],
  shipping: ['asyncapi', 'examples/shipping/asyncapi.yaml'],
} as const;

/** A gateway over the shop whose schemas of catalog, inventory and shipping are what `import` writes, unedited. */
async function serveImportedShop() {
  const shop = await startShop({ ports: NO_PORTS });
  onTestFinished(() => shop.close());
  const { urls } = shop;
  const own = (name: string): string => JSON.stringify(path.join(ROOT, name));
  const config = `
mode: development
listen: { port: 0 }
graph:
  subgraphs:
    accounts: { schema: ${own('schemas/accounts.graphql')}, url: "${urls.accounts}/graphql" }
    catalog: { schema: ./catalog.graphql, url: "${urls.catalog}" }
    inventory: { schema: ./inventory.graphql, url: "${urls.inventory}", proto: ${own('schemas/inventory.proto')} }
    shipping: { schema: ./shipping.graphql, url: "${urls.shipping}" }
    orders: { schema: ${own('schemas/orders.graphql')}, stitch: { orders: { url: "${urls.orders}/graphql" } } }
    storefront: { schema: ${own('schemas/storefront.graphql')}, resolvers: ${own('resolvers/storefront.ts')} }
auth:
  jwt: [{ issuer: "${urls.accounts}", audience: selvedge-shop, algorithms: [ES256], jwks: "${urls.accounts}/.well-known/jwks.json" }]
  upstream: { accounts: { forward: [authorization] } }
`;
  const cwd = await createFolder({ 'selvedge.yaml': config });
  for (const [name, [kind, file]] of Object.entries(descriptions)) {
    const args = ['import', kind, path.join(ROOT, file), '--out', `${name}.graphql`];
    expect(await runCommand(args, { cwd })).toMatchObject({ code: 0 });
  }
  const gateway = startCommand(['serve'], { cwd });
  return { url: await servedUrl(gateway), urls };
}

describe('the shop, described by its services alone', () => {
  it('answers the queries of the README', async () => {
    const { url, urls } = await serveImportedShop();
    const issued = await fetch(`${urls.accounts}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userId: 'u1', scopes: ['users:email', 'catalog:write'] }),
    });
    const { access_token: token } = (await issued.json()) as { access_token: string };
    expect(examples.length).toBeGreaterThan(5);
    for (const { withToken, query, answer } of examples) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(withToken ? { authorization: `Bearer ${token}` } : {}) },
        body: JSON.stringify({ query }),
      });
      expect({ query, answer: (await response.json()) as unknown }).toEqual({ query, answer });
    }
    const stream = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { stockChanged { product { name } quantity } }' }),
    });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('"quantity"')) text += (await reader?.read())?.value ?? '';
    await reader?.cancel();
    expect(text).toMatch(/"stockChanged":\{"product":\{"name":"[^"]+"\},"quantity":\d+\}/);
  });
});
