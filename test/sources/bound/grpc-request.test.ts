import { describe, expect, it, onTestFinished } from 'vitest';
import type { WireEvent } from '../../../src/model/call.ts';
import { createGrpcClient } from '../../../src/sources/bound/grpc.ts';
import { readSound } from '../../subgraph/reading.ts';
import { createTestContext } from '../http/test-context.ts';
import { protos, startStock, stockAt, type StockCall } from './stock-service.ts';

const sdl = `
  extend schema @source(headers: [{ name: "x-shop", value: "main" }, { name: "x-lang", value: "{headers.accept-language}" }])
  type Query {
    item(sku: ID!, trace: String): Item @grpc(method: "stock.Stock/Get", request: "{ sku: args.sku }", metadata: [
      { name: "X-Trace-Bin", value: "{args.trace}" }, { name: "x-user", value: "{claims.sub}" }, { name: "x-shop", value: "own" }
    ])
    listed(sku: ID): [Item!] @grpc(method: "stock.Stock/List")
  }
  type Mutation {
    remove(sku: ID!): Boolean! @grpc(method: "stock.Stock/Remove")
    move(sku: ID!, targetShelf: String, extra: Json): Item @grpc(method: "stock.Stock/Move")
  }
  type Subscription { watched(sku: ID!): Item @grpc(method: "stock.Stock/Watch") }
  scalar Json
  type Item @key(fields: "sku") @grpc(
    method: "stock.Stock/BatchGet", request: "{ skus: this.sku }", select: "items", batch: { max: 2, match: "sku" }
  ) { sku: ID! }
`;

/** Runs an operation, and gives the metadata that the service was sent. */
async function metadataOf(operation: string, options: Parameters<typeof stockAt>[1] = {}) {
  const calls: StockCall[] = [];
  const { url } = await startStock(
    { get: (call, answer) => (calls.push(call), answer(null, { sku: 'A' })) },
    { text: sdl },
  );
  const context = createTestContext({
    caller: { kind: 'authenticated', claims: { sub: 'u1' }, scopes: new Set() },
    header: (name) => ({ 'accept-language': 'de', cookie: 'secret' })[name] ?? null,
  });
  const { errors } = await stockAt(url, { forward: ['accept-language'], ...options }, sdl).run(operation, {}, context);
  return { errors, metadata: calls[0]?.metadata.getMap() };
}

describe('the metadata of a call', () => {
  it('are its own and its service’s, made of arguments, claims and headers', async () => {
    const { errors, metadata } = await metadataOf('{ item(sku: "A", trace: "AP8=") { sku } }');
    expect(errors).toEqual([]);
    expect(metadata).toMatchObject({
      'x-trace-bin': Buffer.from([0, 255]),
      'x-user': 'u1',
      'x-shop': 'own',
      'x-lang': 'de',
      'user-agent': expect.stringMatching(/^selvedge grpc-node-js\//) as string,
    });
    expect(metadata).not.toHaveProperty('cookie');
  });

  it('are left out where a value is missing, and give way to what the config passes on', async () => {
    const { metadata } = await metadataOf('{ item(sku: "A") { sku } }', { headers: { 'x-user': 'by-config' } });
    expect(metadata).not.toHaveProperty('x-trace-bin');
    expect(metadata).toMatchObject({ 'x-user': 'by-config' });
  });

  it('are refused where they are called binary and are not base64', async () => {
    expect(await metadataOf('{ item(sku: "A", trace: "*") { sku } }')).toEqual({
      errors: ['BAD_USER_INPUT at item'],
      metadata: undefined,
    });
  });

  it('are refused where they would hold a line break', async () => {
    const { errors } = await metadataOf('{ item(sku: "A") { sku } }', { headers: { 'x-a': 'a\nb' } });
    expect(errors).toEqual(['BAD_USER_INPUT at item']);
  });
});

it('shows binary metadata in base64', async () => {
  const { url } = await startStock({ get: (_, answer) => answer(null, { sku: 'A' }) }, { text: sdl });
  const subgraph = readSound(sdl, { protos });
  const binding = subgraph.fieldBindings.get('Query.item');
  if (binding?.kind !== 'grpc') throw new Error('not a gRPC call');
  const client = createGrpcClient({ url, subgraph, headers: () => ({}) });
  onTestFinished(() => client.close());
  const context = createTestContext();
  const wire: WireEvent[] = [];
  const trace = (event: WireEvent): void => void wire.push(event);
  const attempt = { context, number: 1, cancellation: context.cancellation, timeoutMs: 1000, trace };
  await client.prepare(binding)({ args: { sku: 'A', trace: 'AP8=' } }, attempt);
  expect(wire[0]).toMatchObject({ direction: 'sent', headers: { 'x-trace-bin': 'AP8=' } });
});

describe('arguments that make no message', () => {
  const move = async (extra: object) => {
    const { url, log } = await startStock({ move: (_, answer) => answer(null, { sku: 'A' }) }, { text: sdl });
    const { raw } = await stockAt(url, {}, sdl).run('mutation ($x: Json) { move(sku: "A", extra: $x) { sku } }', {
      x: extra,
    });
    expect(log).toEqual([]);
    return `${raw[0]?.code}: ${raw[0]?.message}`;
  };

  it('are said with their place', async () => {
    const wrong = 'BAD_USER_INPUT: The arguments do not fit the message that the service takes.';
    expect(await move({ itemCount: 1.5 })).toBe(`${wrong} "extra.itemCount" is not a whole number.`);
    expect(await move({ stranger: 1 })).toBe(`${wrong} "extra.stranger" is not in the message.`);
  });

  it('are refused where they are too long', async () => {
    expect(await move({ notes: ['x'.repeat(10_000_001)] })).toBe(
      'BAD_USER_INPUT: The arguments make a message of more than 10000000 bytes.',
    );
  });
});
