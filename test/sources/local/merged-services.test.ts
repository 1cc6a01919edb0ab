import { parse } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import { createStitchedSource } from '../../../src/sources/local/stitched-source.ts';
import { startPlainServer } from './plain-graphql-server.ts';
import { recordingProtect } from './protect.ts';
import { readTestSubgraph } from './read-test-subgraph.ts';
import { requestContext } from './request-context.ts';

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const { close } of open.splice(0).toReversed()) await close();
});

const catalogSdl = /* GraphQL */ `
  type Query {
    parcels: [Parcel!]!
    parcelsByKey(keys: [ParcelKey!]!): [Parcel]!
  }
  input ParcelKey {
    region: String!
    number: Int!
  }
  type Parcel {
    region: String!
    number: Int!
    weight: Int!
  }
`;

const trackingSdl = /* GraphQL */ `
  type Query {
    tracking(region: String!, number: Int!): Parcel
  }
  type Parcel {
    region: String!
    number: Int!
    place: String!
  }
`;

const sdl = /* GraphQL */ `
  type Query {
    parcels: [Parcel!]!
    parcelsByKey(keys: [ParcelKey!]!): [Parcel]! @merge(keyArg: "keys", key: ["region", "number"]) @inaccessible
    tracking(region: String!, number: Int!): Parcel
      @merge(argsExpr: "region: $key.region, number: $key.number")
      @inaccessible
  }
  input ParcelKey {
    region: String!
    number: Int!
  }
  type Parcel @key(fields: "region number") {
    region: String!
    number: Int!
    weight: Int!
    place: String!
  }
`;

type Key = { readonly region: string; readonly number: number };

async function connect() {
  const parcels = [
    { region: 'north', number: 1, weight: 10 },
    { region: 'south', number: 1, weight: 20 },
  ];
  const of = ({ region, number }: Key) =>
    parcels.find((parcel) => parcel.region === region && parcel.number === number) ?? null;
  const catalog = await startPlainServer(catalogSdl, {
    parcels,
    parcelsByKey: ({ keys }: { keys: Key[] }) => keys.map(of).toReversed(),
  });
  const tracking = await startPlainServer(trackingSdl, {
    tracking: (key: Key) => (key.region === 'south' ? { ...key, place: 'harbour' } : new Error('lost')),
  });
  const source = createStitchedSource({
    subgraph: readTestSubgraph('parcels', sdl, 'stitched'),
    services: { catalog: { url: catalog.url }, tracking: { url: tracking.url } },
    headers: () => ({}),
    protect: recordingProtect().protect,
    policyOf: () => ({}),
  });
  open.push(catalog, tracking, source);
  const query = (operation: string, variables: Record<string, unknown> = {}) =>
    source.prepare({
      subgraph: 'parcels',
      operationKind: 'query' as never,
      operation,
      document: parse(operation),
      operationName: undefined,
    })({ variables }, requestContext());
  return { query, catalog, tracking };
}

describe('a type that two services have', () => {
  it('is merged from both, by a key of several fields', async () => {
    const { query, catalog, tracking } = await connect();
    const { data, errors } = await query('{ parcels { region weight place } }');
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ code: 'UPSTREAM_ERROR', path: ['parcels', 0, 'place'], detail: 'lost' }]);
    expect([catalog.asked.length, tracking.asked.length]).toEqual([1, 1]);
  });

  it('is fetched as an entity from both', async () => {
    const { query } = await connect();
    const r = [
      { __typename: 'Parcel', region: 'south', number: 1 },
      { __typename: 'Parcel', region: 'west', number: 7 },
    ];
    const { data } = await query(
      'query($r: [_Any!]!) { _entities(representations: $r) { ... on Parcel { weight place } } }',
      { r },
    );
    expect(data).toEqual({ _entities: [{ weight: 20, place: 'harbour' }, null] });
  });
});
