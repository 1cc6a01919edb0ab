import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { composeGraph } from '../../../src/gateway/load-graph.ts';
import type { ImportReport } from '../../../src/importing/import-report.ts';
import { printDraft } from '../../../src/importing/print-draft.ts';
import { importProto } from '../../../src/importing/proto/import-proto.ts';
import { loadProtos } from '../../../src/importing/proto/load-protos.ts';
import { definition } from '../imported.ts';

/** Imports the first of these files; what comes of it composes. */
async function imported(files: Readonly<Record<string, string>>): Promise<{ sdl: string; report: ImportReport }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'selvedge-import-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  const [first = ''] = Object.keys(files);
  const loaded = await loadProtos(path.join(folder, first));
  const { draft, report } = importProto(loaded, 'stock');
  const sdl = printDraft(draft);
  const common = { kind: 'auto', url: 'grpc://localhost:1' } as const;
  const own = { ...common, name: 'stock', schema: [{ name: 'stock.graphql', text: sdl }], protos: loaded.protos };
  const partner = {
    ...common,
    name: 'b',
    schema: [{ name: 'b.graphql', text: 'type Query { b: Int }' }],
    url: 'http://localhost',
  };
  const product = 'type Product @key(fields: "sku") { sku: ID! weight: Int! } type Query { product: Product }';
  const catalog = { ...partner, name: 'catalog', schema: [{ name: 'c.graphql', text: product }] };
  await composeGraph([own, partner, ...(sdl.includes('@external') ? [catalog] : [])]);
  return { sdl, report };
}

const proto = (body: string, header = 'syntax = "proto3"; package shop.v1;') => ({
  'shop/v1/stock.proto': `${header}\n${body}`,
});

describe('a .proto file', () => {
  it('becomes the schema that a person would have written', async () => {
    const { sdl, report } = await imported(
      proto(`
import "google/protobuf/timestamp.proto";
import "google/protobuf/empty.proto";
// What lies in the warehouses.
service Inventory {
  // One product's stock.
  rpc GetStock(GetStockRequest) returns (Stock);
  rpc BatchGetStock(BatchGetStockRequest) returns (BatchGetStockResponse);
  rpc ListStocks(ListStocksRequest) returns (ListStocksResponse);
  rpc MoveStock(MoveStockRequest) returns (google.protobuf.Empty);
  rpc WatchStock(GetStockRequest) returns (stream Stock);
  rpc ListAll(ListStocksRequest) returns (stream Stock);
  rpc Upload(stream Stock) returns (Stock);
}
message GetStockRequest { string sku = 1; }
message BatchGetStockRequest { repeated string skus = 1; }
message BatchGetStockResponse { repeated Stock items = 1; }
message ListStocksRequest { int32 page_size = 1; string page_token = 2; Grade grade = 3; }
message ListStocksResponse { repeated Stock stocks = 1; string next_page_token = 2; }
message MoveStockRequest { string sku = 1; Place to = 2; }
// A product in the warehouses.
message Stock {
  string sku = 1;
  bool in_stock = 2; // at all
  optional int32 quantity = 3;
  int64 units_sold = 4 [deprecated = true];
  Place place = 5;
  Grade grade = 6;
  google.protobuf.Timestamp counted_at = 7;
  map<string, int32> by_size = 8;
  repeated string tags = 9;
  oneof owner { string shop_id = 10; string supplier = 11; }
}
message Place { string shelf = 1; }
enum Grade { GRADE_UNSPECIFIED = 0; GRADE_GOOD = 1; }
`),
    );
    expect(sdl).toMatchInlineSnapshot(`
      "type Query {
        "One product's stock."
        stock(sku: ID!): Stock @grpc(method: "shop.v1.Inventory/GetStock")
        stocks(pageSize: Int, pageToken: String, grade: Grade): [Stock!]!
          @grpc(method: "shop.v1.Inventory/ListStocks", select: "stocks")
        inventory(pageSize: Int, pageToken: String, grade: Grade): [Stock!]! @grpc(method: "shop.v1.Inventory/ListAll")
      }

      type Mutation {
        moveStock(sku: String, to: PlaceInput): Boolean @grpc(method: "shop.v1.Inventory/MoveStock")
      }

      type Subscription {
        stock(sku: String): Stock! @grpc(method: "shop.v1.Inventory/WatchStock")
      }

      "A product in the warehouses."
      type Stock
        @key(fields: "sku")
        @grpc(
          method: "shop.v1.Inventory/BatchGetStock"
          request: "{ skus: this.sku }"
          select: "items"
          batch: { max: 100, match: "sku" }
        ) {
        sku: ID!
        "at all"
        inStock: Boolean!
        quantity: Int
        unitsSold: BigInt! @deprecated
        place: Place
        grade: Grade!
        countedAt: DateTime
        bySize: JSON!
        tags: [String!]!
        shopId: ID
        supplier: String
      }

      "A whole number of any size."
      scalar BigInt

      type Place {
        shelf: String!
      }

      enum Grade {
        UNSPECIFIED @map(from: "GRADE_UNSPECIFIED")
        GOOD @map(from: "GRADE_GOOD")
      }

      "A moment as RFC 3339 writes it: 2030-01-31T12:00:00Z."
      scalar DateTime

      "Any JSON value."
      scalar JSON

      input PlaceInput {
        shelf: String
      }
      "
    `);
    expect(report).toMatchObject({ operations: 7, entities: ['Stock'] });
    expect(report.leftOut).toMatchObject([{ what: 'shop.v1.Inventory.Upload', why: 'it takes a stream of requests' }]);
  });

  it('says what inference cannot know', async () => {
    const { sdl } = await imported(
      proto(`
service Inventory {
  rpc BatchGetStock(Keys) returns (Stocks);
  // What sending one costs.
  // x-selvedge-name: Product.shippingEstimate
  rpc EstimateShipping(EstimateRequest) returns (EstimateResponse);
  // x-selvedge-name: stockChanged
  rpc WatchStock(WatchRequest) returns (stream Change);
}
message Keys { repeated string skus = 1; }
message Stocks { repeated Stock items = 1; }
// x-selvedge-name: Product
message Stock { string sku = 1; bool in_stock = 2; }
message EstimateRequest {
  string sku = 1;
  // x-selvedge-from: this.weight
  int32 weight_grams = 2;
  string country = 3;
  // x-selvedge-from: claims.sub
  string user = 4;
}
message EstimateResponse { int32 cost_cents = 1; }
message WatchRequest { string sku = 1; }
message Change {
  // x-selvedge-entity: Product.sku
  string sku = 1;
  int32 quantity = 2;
}
`),
    );
    expect(sdl).toMatchInlineSnapshot(`
      "type Subscription {
        stockChanged(sku: String): Change! @grpc(method: "shop.v1.Inventory/WatchStock")
      }

      type Product
        @key(fields: "sku")
        @grpc(
          method: "shop.v1.Inventory/BatchGetStock"
          request: "{ skus: this.sku }"
          select: "items"
          batch: { max: 100, match: "sku" }
        ) {
        sku: ID!
        inStock: Boolean!
        weight: Int! @external
        "What sending one costs."
        shippingEstimate(country: String): Int
          @requires(fields: "weight")
          @grpc(
            method: "shop.v1.Inventory/EstimateShipping"
            request: "{ country: args.country, sku: this.sku, weightGrams: this.weight, user: claims.sub }"
            select: "costCents"
          )
      }

      type Change {
        product: Product @map(from: "{ sku: sku }")
        quantity: Int!
      }
      "
    `);
  });

  it('is found with its imports, where its package begins', async () => {
    const { sdl } = await imported({
      ...proto('import "shop/v1/types.proto"; service S { rpc GetThing(Thing) returns (Thing); }'),
      'shop/v1/types.proto': 'syntax = "proto3"; package shop.v1; message Thing { string id = 1; string name = 2; }',
    });
    expect(definition(sdl, 'type Thing')).toContain('@key(fields: "id")');
  });

  it('takes one input where a request has many fields, and holds messages that hold themselves', async () => {
    const fields = Array.from({ length: 9 }, (_, index) => `string f${index} = ${index + 1};`).join(' ');
    const { sdl } = await imported(
      proto(`service S { rpc CreateNode(Node) returns (Node); } message Node { ${fields} Node parent = 10; }`),
    );
    expect(sdl).toContain(
      'createNode(input: NodeInput!): Node! @grpc(method: "shop.v1.S/CreateNode", request: "args.input")',
    );
  });

  it('has no arguments where a request has no fields', async () => {
    const { sdl } = await imported(
      proto(`import "google/protobuf/empty.proto"; message None {} message All { repeated string names = 1; }
service S { rpc ListReds(None) returns (All); rpc ListBlues(google.protobuf.Empty) returns (All); }`),
    );
    expect([...sdl.matchAll(/^ {2}\w+.*?:/gm)].map(([field]) => field.trim())).toEqual(['reds:', 'blues:', 'names:']);
  });

  it('says only that it was called where an answer has no fields', async () => {
    const { sdl } = await imported(
      proto(
        'service S { rpc DropItem(Id) returns (DropItemResponse); } message Id { string id = 1; } message DropItemResponse {}',
      ),
    );
    expect(sdl).toContain('dropItem(id: ID): Boolean @grpc(method: "shop.v1.S/DropItem")');
    expect(sdl).not.toContain('DropItemResponse');
  });

  it('has Google’s own types as answers and in lists, and leaves out what takes one of them by itself', async () => {
    const { sdl, report } = await imported(
      proto(`
import "google/protobuf/timestamp.proto"; import "google/protobuf/wrappers.proto"; import "google/protobuf/struct.proto";
service Clock { rpc GetNow(Q) returns (google.protobuf.Timestamp); rpc GetCount(Q) returns (google.protobuf.Int64Value);
  rpc GetDays(Q) returns (Days); rpc GetNext(google.protobuf.Timestamp) returns (Days); }
message Q { string zone = 1; }
message Days { repeated google.protobuf.Timestamp at = 1; repeated google.protobuf.Value notes = 2; google.protobuf.NullValue none = 3; string text = 4; }`),
    );
    expect(sdl).toMatch(/now\(zone: String!\): DateTime @grpc/);
    expect(sdl).toMatch(/count\(zone: String!\): BigInt @grpc/);
    expect(definition(sdl, 'type Days')).toBe(
      'type Days {\n  at: [DateTime!]!\n  notes: [JSON]!\n  none: JSON\n  text: String!\n}',
    );
    expect(report.leftOut).toEqual([
      expect.objectContaining({ what: 'shop.v1.Clock.GetNext', why: expect.stringContaining('Timestamp by itself') }),
    ]);
  });

  it('may be proto2', async () => {
    const { sdl } = await imported(
      proto(
        'service S { rpc GetThing(Req) returns (Thing); } message Req { required int32 n = 1; optional string a = 2; } message Thing { required string name = 1; optional int32 age = 2; }',
        'syntax = "proto2"; package shop.v1;',
      ),
    );
    expect(definition(sdl, 'type Thing')).toBe('type Thing {\n  name: String!\n  age: Int\n}');
    expect(sdl).toContain('thing(n: Int!, a: String): Thing');
  });

  it('is refused where it has no service, or cannot be read', async () => {
    await expect(imported(proto('message A {}'))).rejects.toThrow('has no service with a method');
    await expect(imported(proto('service S { rpc X(A) returns (B); }'))).rejects.toThrow('PROTO_INVALID');
    await expect(imported(proto('import "../../etc/passwd"; message A { B b = 1; }'))).rejects.toThrow('is not among');
  });

  it.each([
    ['buf/validate/validate.proto', 'buf.validate.field'],
    ['validate/validate.proto', 'validate.rules'],
  ])('has as constraints what %s asks of fields', async (file, option) => {
    const { sdl } = await imported({
      ...proto(`
import "${file}";
service Inventory { rpc AddStock(AddStockRequest) returns (AddStockRequest); }
message AddStockRequest {
  string name = 1 [(${option}).string.min_len = 1, (${option}).string.max_len = 80];
  optional string mail = 2 [(${option}).string = { email: true }];
  int32 count = 3 [(${option}).int32 = { gt: 0, lte: 100 }];
  repeated string tags = 4 [(${option}).repeated = { max_items: 5, items: { string: { pattern: "^[a-z]+$" } } }];
  string free = 5 [(${option}).string = { max_len: 3, ignore_empty: true }];
  Place place = 6 [(${option}).${option.startsWith('buf') ? '' : 'message.'}required = true];
  uint64 odd = 7 [(${option}).uint64 = { gt: 10, lt: 5 }];
}
message Place { string shelf = 1; }
`),
      [file]: `syntax = "proto2"; package ${option.replace(/\.\w+$/, '')};
import "google/protobuf/descriptor.proto";
extend google.protobuf.FieldOptions { optional string ${option.split('.').at(-1) ?? ''} = 1071; }`,
    });
    expect(definition(sdl, 'type Mutation')).toBe(`type Mutation {
  addStock(
    name: String! @constraint(minLength: 1, maxLength: 80)
    place: PlaceInput!
    mail: String @constraint(format: "email")
    count: Int @constraint(min: 1, max: 100)
    tags: [String!] @constraint(pattern: "^[a-z]+$", maxItems: 5)
    free: String
    odd: BigInt
  ): AddStockRequest! @grpc(method: "shop.v1.Inventory/AddStock")
}`);
  });

  it('needs no file of options alone', async () => {
    const { sdl } = await imported(
      proto(`
import "company/options.proto";
service Inventory { rpc GetStock(GetStockRequest) returns (Stock) { option (company.audience) = "all"; } }
message GetStockRequest { string sku = 1 [(company.sensitive) = true]; }
message Stock { string sku = 1; int32 quantity = 2; }
`),
    );
    expect(definition(sdl, 'type Query')).toContain('stock(sku: ID!): Stock');
  });

  it('finds imports where the packages of further files begin', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'selvedge-import-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const files = {
      'own/shop/v1/stock.proto': `syntax = "proto3"; package shop.v1;
import "money/v1/money.proto";
service Prices { rpc GetPrice(GetPriceRequest) returns (GetPriceResponse); }
message GetPriceRequest { string sku = 1; }
message GetPriceResponse { string sku = 1; money.v1.Money price = 2; }`,
      'other/money/v1/money.proto': `syntax = "proto3"; package money.v1;
import "money/v1/currency.proto";
message Money { int64 cents = 1; Currency currency = 2; }`,
      'other/money/v1/currency.proto': 'syntax = "proto3"; package money.v1; message Currency { string code = 1; }',
      'other/tax/v1/tax.proto': 'syntax = "proto3"; package tax.v1; message Tax { int32 percent = 1; }',
    };
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
    const file = path.join(folder, 'own/shop/v1/stock.proto');
    await expect(loadProtos(file)).rejects.toThrow(
      'The import "money/v1/money.proto" is not among the subgraph\'s .proto files.',
    );
    const tax = path.join(folder, 'other/tax/v1/tax.proto');
    const { draft, report } = importProto(await loadProtos(file, [tax]), 'prices');
    expect(printDraft(draft)).toContain('type Currency {\n  code: String!\n}');
    expect(report.config).toEqual([
      `graph.subgraphs.prices: { url: grpc://HOST:PORT or grpcs://HOST:PORT, proto: [${file}, ${tax}] }`,
    ]);
  });

  it('knows a verb behind its noun', async () => {
    const { sdl } = await imported(
      proto(`
service Users {
  rpc MemberList(Nothing) returns (Members);
  rpc UserGet(UserGetRequest) returns (User);
  rpc UserAdd(UserGetRequest) returns (User);
}
message Nothing {}
message Members { int32 total = 1; repeated User users = 2; bool all = 3; string next = 4; }
message UserGetRequest { string name = 1; }
message User { string name = 1; string mail = 2; }
`),
    );
    expect(definition(sdl, 'type Query')).toMatch(/ {2}members: Members @grpc.*\n {2}user\(name: ID!\): User @grpc/);
    expect(definition(sdl, 'type Mutation')).toContain('userAdd(');
  });

  it('has comments as paragraphs, without what the types say', async () => {
    const { sdl } = await imported(
      proto(`
service Inventory {
  // Gets the stock
  // of [Stock][shop.v1.Stock]
  // by SKU.
  //
  // Either:
  // - one, or
  //   none
  // - nothing
  rpc GetStock(GetStockRequest) returns (Stock);
}
message GetStockRequest {
  // Required. The
  // SKU.
  string sku = 1;
}
message Stock {
  // Output only. How many.
  int32 count = 1; }
`),
    );
    expect(sdl).toContain(`  """
  Gets the stock of Stock by SKU.

  Either:
  - one, or none
  - nothing
  """
  stock(
    "The SKU."
    sku: String!
  )`);
    expect(sdl).toContain('  "How many."\n  count: Int!');
  });
});
