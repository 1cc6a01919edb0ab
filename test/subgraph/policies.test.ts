import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readFetchPolicy } from '../../src/subgraph/fetch-policy.ts';
import { read, readSound } from './reading.ts';

const sdl = `
  extend schema @timeout(ms: 2000) @retry(attempts: 3, backoffMs: 10, on: [CONNECT, RESET])
  type Query { product(sku: ID!): Product slow: Int @timeout(ms: 9000) plain: Int @retry(attempts: 0) }
  type Product @key(fields: "sku") @timeout(ms: 500) @retry(attempts: 1, maxBackoffMs: 100, on: [RESET, TIMEOUT]) {
    sku: ID!
    name: String
    stock: Int @timeout(ms: 50)
  }
`;

describe('a policy', () => {
  const { policyOf } = readSound(sdl);

  it('is the nearest one: the field’s, its type’s, the schema’s', () => {
    expect(policyOf('Product.stock').timeoutMs).toBe(50);
    expect(policyOf('Product.name').timeoutMs).toBe(500);
    expect(policyOf('Product').timeoutMs).toBe(500);
    expect(policyOf('Query.product').timeoutMs).toBe(2000);
    expect(policyOf('Unknown.field').timeoutMs).toBe(2000);
  });

  it('is merged setting by setting', () => {
    expect(policyOf('Product.stock').retry).toEqual({
      attempts: 1,
      backoffMs: 10,
      maxBackoffMs: 100,
      on: ['RESET', 'TIMEOUT'],
    });
    expect(policyOf('Query.plain')).toEqual({
      timeoutMs: 2000,
      retry: { attempts: 0, backoffMs: 10, on: ['CONNECT', 'RESET'] },
    });
  });

  it('is empty where nothing is said', () => {
    expect(readSound('type Query { a: Int }').policyOf('Query.a')).toEqual({});
  });

  it('is refused with values that make no sense', () => {
    const { problems } = read(`extend schema @timeout(ms: 0)
type Query { a: Int @retry(attempts: 11) b: Int @retry(attempts: 1, backoffMs: 5, maxBackoffMs: 2) c: Int @retry(attempts: 1, backoffMs: -1) }`);
    expect(problems).toEqual([
      'shop.graphql:1:15  POLICY_INVALID  @timeout: ms is 0: a time-out is at least 1 ms.\n    Change the value.',
      'shop.graphql:2:21  POLICY_INVALID  @retry: attempts is 11: it is between 0 and 10.\n    Change the value.',
      'shop.graphql:2:49  POLICY_INVALID  @retry: backoffMs (5) is more than maxBackoffMs (2).\n    Change the value.',
      'shop.graphql:2:107  POLICY_INVALID  @retry: a wait cannot be negative.\n    Change the value.',
    ]);
  });
});

describe('a fetch', () => {
  const policyOf = (operation: string) => readFetchPolicy(readSound(sdl), parse(operation));

  it('takes the shortest time-out and the fewest attempts of its fields', () => {
    expect(policyOf('{ slow }').timeoutMs).toBe(9000);
    expect(policyOf('{ slow product(sku: 1) { name } }').timeoutMs).toBe(500);
    expect(policyOf('{ slow plain }').retry).toEqual({ attempts: 0, backoffMs: 10, on: ['CONNECT', 'RESET'] });
  });

  it('retries only what all of its fields retry', () => {
    expect(policyOf('{ product(sku: 1) { name } }').retry).toEqual({
      attempts: 1,
      backoffMs: 10,
      maxBackoffMs: 100,
      on: ['RESET'],
    });
  });

  it('looks into fragments and entities', () => {
    expect(policyOf('{ ...F } fragment F on Query { product(sku: 1) { ... on Product { stock } } }').timeoutMs).toBe(
      50,
    );
    expect(
      policyOf('query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Product { stock name } } }'),
    ).toMatchObject({ timeoutMs: 50, retry: { attempts: 1 } });
  });

  it('goes by the nearest directive: what the schema says does not bound again what a field selects', () => {
    const ofReport = (operation: string) =>
      readFetchPolicy(
        readSound(`extend schema @timeout(ms: 1000) @retry(attempts: 0)
type Query { report: Report @timeout(ms: 3000) @retry(attempts: 2) plain: Report }
type Report @key(fields: "id") { id: ID! rows: [Row!] @timeout(ms: 2500) note: String }
type Row { title: String quick: Int @timeout(ms: 40) }`),
        parse(operation),
      );
    expect(ofReport('{ report { note } }')).toEqual({ timeoutMs: 3000, retry: { attempts: 2 } });
    expect(ofReport('{ report { ...R } } fragment R on Report { rows { title } }').timeoutMs).toBe(2500);
    expect(ofReport('{ report { rows { quick } } }').timeoutMs).toBe(40);
    expect(ofReport('{ plain { rows { title } } }').timeoutMs).toBe(1000);
    const entities = (selection: string) =>
      ofReport(`query ($r: [_Any!]!) { _entities(representations: $r) ${selection} }
fragment R on Report { note }`);
    expect(entities('{ ... on Report { rows { title } } }')).toEqual({ timeoutMs: 2500, retry: { attempts: 0 } });
    expect(entities('{ ...R }').timeoutMs).toBe(1000);
  });

  it('has no policy where its fields have none', () => {
    expect(readFetchPolicy(readSound('type Query { a: Int }'), parse('{ a __typename }'))).toEqual({});
  });
});
