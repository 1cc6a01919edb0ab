import { describe, expect, it } from 'vitest';
import { read, readSound } from '../reading.ts';

const stockProto = {
  name: 'shop/stock.proto',
  text: `syntax = "proto3";
package shop.v1;
import "shop/place.proto";
import "google/protobuf/timestamp.proto";

service Stock {
  rpc Get(GetRequest) returns (Item);
  rpc GetMany(ManyRequest) returns (ManyResponse);
  rpc Watch(GetRequest) returns (stream Item);
  rpc Upload(stream GetRequest) returns (Item);
}
message GetRequest { string sku = 1; Filter filter = 2; }
message Filter { repeated string tags = 1; }
message ManyRequest { repeated string skus = 1; }
message ManyResponse { repeated Item items = 1; }
message Item {
  string sku = 1;
  int32 price_cents = 2;
  int64 sold = 3;
  optional int32 weight = 4;
  Status status = 5;
  Place place = 6;
  google.protobuf.Timestamp updated = 7;
  repeated string tags = 8;
  map<string, string> labels = 9;
  oneof origin { string maker = 10; string importer = 11; }
}
enum Status { UNKNOWN = 0; IN_STOCK = 1; }
`,
};
const placeProto = {
  name: 'shop/place.proto',
  text: 'syntax = "proto3";\npackage shop.v1;\nmessage Place { string city = 1; Place inside = 2; }',
};
const protos = [stockProto, placeProto];

const problemsOf = (sdl: string) => read(sdl, { protos }).problems;

describe('a gRPC call', () => {
  it('gets a method that writes and reads messages by their JSON names', () => {
    const { fieldBindings } = readSound(
      'type Query { item(sku: ID!): Item @grpc(method: "shop.v1.Stock/Get") } type Item { sku: ID! priceCents: Int sold: String status: String place: Place } type Place { city: String inside: Place }',
      { protos },
    );
    const binding = fieldBindings.get('Query.item');
    if (binding?.kind !== 'grpc') throw new Error('not a gRPC call');
    const { method, methodName } = binding;
    expect(methodName).toBe('shop.v1.Stock/Get');
    expect(method).toMatchObject({ path: '/shop.v1.Stock/Get', requestStream: false, responseStream: false });
    expect(method.requestDeserialize(method.requestSerialize({ sku: 'a', filter: { tags: ['x'] } }))).toEqual({
      sku: 'a',
      filter: { tags: ['x'] },
    });
    const bytes = method.responseSerialize({
      sku: 'a',
      priceCents: 5,
      sold: '9007199254740993',
      status: 'IN_STOCK',
      maker: 'Loom',
    });
    expect(method.responseDeserialize(bytes)).toEqual({
      sku: 'a',
      priceCents: 5,
      sold: '9007199254740993',
      status: 'IN_STOCK',
      place: null,
      updated: null,
      tags: [],
      labels: {},
      maker: 'Loom',
      importer: null,
      weight: null,
    });
    expect(method.responseDeserialize(method.responseSerialize({ sku: 'a', weight: 0 }))).toMatchObject({
      priceCents: 0,
      weight: 0,
    });
    expect(() => method.requestSerialize({ filter: 'text' })).toThrow('"filter" is not an object.');
  });

  it('reads names as the .proto writes them where the subgraph is in snake case', () => {
    const { fieldBindings, maps } = readSound(
      'extend schema @source(naming: SNAKE_CASE) type Query { item(sku: ID!): Item @grpc(method: "shop.v1.Stock/Get") } type Item { priceCents: Int }',
      { protos },
    );
    const binding = fieldBindings.get('Query.item');
    if (binding?.kind !== 'grpc') throw new Error('not a gRPC call');
    const answer = binding.method.responseDeserialize(binding.method.responseSerialize({ price_cents: 5 }));
    expect(maps.get('Item.priceCents')?.evaluate(answer)).toBe(5);
  });

  it('is checked against entities, lists, streams and maps that fit', () => {
    expect(
      problemsOf(`
        type Query { items(skus: [ID!]!): [Item!]! @grpc(method: "shop.v1.Stock/GetMany", select: "items[?priceCents > \`0\`]") }
        type Subscription { watch(sku: ID!): Change! @grpc(method: "shop.v1.Stock/Watch", request: "{ sku: args.sku, filter: { tags: [args.sku] } }") }
        type Change { item: Item! @map(from: "{ sku: sku }") cents: Int @map(from: "priceCents") updated: String }
        type Item @key(fields: "sku") @grpc(method: "shop.v1.Stock/GetMany", request: "{ skus: this.sku }", select: "items", batch: { match: "sku" }) {
          sku: ID! tags: [String!]! labels: Labels place: Place
        }
        type Place { city: String! inside: Place }
        scalar Labels
      `),
    ).toEqual([]);
  });
});

describe('a wrong gRPC call', () => {
  it('is reported for a service or a method that is not there, with those that are', () => {
    expect(
      problemsOf('type Query { a: Int @grpc(method: "shop.v1.Stock/Gte")\nb: Int @grpc(method: "shop.v1.Stok/Get") }'),
    ).toEqual([
      'shop.graphql:1:21  GRPC_METHOD_NOT_FOUND  Query.a calls "shop.v1.Stock/Gte", which "shop.v1.Stock" does not have.\n    Did you mean "shop.v1.Stock/Get"? shop.v1.Stock has Get, GetMany, Watch, Upload.',
      'shop.graphql:2:8  GRPC_METHOD_NOT_FOUND  Query.b calls "shop.v1.Stok/Get", but there is no service "shop.v1.Stok" in its contract.\n    Did you mean "shop.v1.Stock"?',
    ]);
  });

  it('is reported where the subgraph has no .proto', () => {
    expect(read('type Query { a: Int @grpc(method: "a.B/C") }').problems).toEqual([
      'shop.graphql:1:21  GRPC_METHOD_NOT_FOUND  Query.a calls "a.B/C", but the subgraph has no .proto.\n    Give the service’s .proto or descriptor set: `proto:` in the config, --proto when publishing; or `reflection: true`, --reflection, where the service says itself what it offers.',
    ]);
  });

  it.each([
    [
      'type Query { a(sku: ID): I @grpc(method: "shop.v1.Stock/Watch") } type I { sku: ID }',
      'the value is single, but the answer has a list',
    ],
    [
      'type Query { a(sku: ID): I @grpc(method: "shop.v1.Stock/Upload") } type I { sku: ID }',
      'which takes a stream of requests',
    ],
    [
      'type Query { a: I @grpc(method: "shop.v1.Stock/Get") } type I { sku: ID } type Subscription { s(sku: ID): I @grpc(method: "shop.v1.Stock/Get") }',
      'answers once',
    ],
    [
      'type Query { a(skuu: ID): I @grpc(method: "shop.v1.Stock/Get") } type I { sku: ID }',
      'sends its argument "skuu", which message shop.v1.GetRequest does not have',
    ],
    [
      'type Query { a(x: ID): I @grpc(method: "shop.v1.Stock/Get", request: "{ sky: args.x }") } type I { sku: ID }',
      'has a request with "sky", which message shop.v1.GetRequest does not have',
    ],
    [
      'type Query { a(x: ID): I @grpc(method: "shop.v1.Stock/Get", request: "{ sku: args }") } type I { sku: ID }',
      'whose "sku" is an object, but the message wants a single value (string)',
    ],
    [
      'type Query { a(sku: [ID!]): I @grpc(method: "shop.v1.Stock/Get") } type I { sku: ID }',
      'whose "sku" is a list, but the message wants a single value (string)',
    ],
    [
      'type Query { a(filter: F): I @grpc(method: "shop.v1.Stock/Get") } input F { tagz: [String!] } type I { sku: ID }',
      'has a request with "tagz", which message shop.v1.Filter does not have',
    ],
    [
      'type Query { a(filter: F): I @grpc(method: "shop.v1.Stock/Get") } input F { tags: [G!] } input G { x: Int } type I { sku: ID }',
      'whose "tags" is an object, but the message wants a single value (string)',
    ],
    [
      'type Query { a(x: ID): I @grpc(method: "shop.v1.Stock/Get", request: "{ filter: { tagz: [args.x] } }") } type I { sku: ID }',
      'has a request with "tagz", which message shop.v1.Filter does not have',
    ],
    [
      'type Query { a: I @grpc(method: "shop.v1.Stock/Get", select: "pric") } type I { sku: ID }',
      'has a select that reads "pric", which message shop.v1.Item does not have',
    ],
    [
      'type Query { a: I @grpc(method: "shop.v1.Stock/Get") } type I { price: Int }',
      'I.price is read as "price", which message shop.v1.Item does not have',
    ],
    [
      'type Query { a: I @grpc(method: "shop.v1.Stock/Get") } type I { price: Int @map(from: "priceCent") }',
      'the @map of I.price reads "priceCent"',
    ],
    [
      'type Query { a: I @grpc(method: "shop.v1.Stock/Get", metadata: [{ name: "a-bin", value: "*" }]) } type I { sku: ID }',
      'sets the metadata "a-bin" to "*", which is not base64',
    ],
    [
      'type Query { a: I @grpc(method: "shop.v1.Stock/Get") } type I @key(fields: "sku") @grpc(method: "shop.v1.Stock/GetMany", select: "items", batch: { match: "sku" }) { sku: ID! }',
      'I is fetched by its key, of which message shop.v1.ManyRequest has no field by name',
    ],
    [
      'type Query { a: I @grpc(method: "shop.v1.Stock/Get") } type I @key(fields: "sku") @grpc(method: "shop.v1.Stock/Get", request: "{ sku: \'A\' }") { sku: ID! }',
      'I is fetched by its key, but the call does not carry the key',
    ],
    [
      'type Query { a: I @grpc(method: "shop.v1.Stock/Get") } type I @key(fields: "sku") @grpc(method: "shop.v1.Stock/Get", select: "[@]", batch: { match: "sku" }) { sku: ID! }',
      'I has a request whose "sku" is a list, but the message wants a single value (string)',
    ],
    [
      'type Query { a: [I] @grpc(method: "shop.v1.Stock/Get") } type I { sku: ID }',
      'the value is a list, but the answer has a single value',
    ],
    [
      'type Query { a: I @grpc(method: "shop.v1.Stock/GetMany", select: "items") } type I { sku: ID }',
      'the value is single, but the answer has a list',
    ],
    [
      'type Query { a: I @grpc(method: "shop.v1.Stock/Get") } type I { place: String }',
      'I.place is String, but the answer has message shop.v1.Place',
    ],
    [
      'type Query { a: I @grpc(method: "shop.v1.Stock/Get") } type I { priceCents: Boolean }',
      'I.priceCents is Boolean, but the answer has a number',
    ],
    [
      'type Query { a: I @grpc(method: "shop.v1.Stock/Get") } type I { sku: J } type J { x: Int }',
      'I.sku is an object of type J, but the answer has a single value',
    ],
    [
      'type Query { a: I @grpc(method: "shop.v1.Stock/Get") } type I { place: P } type P { city: String town: String }',
      'P.town is read as "town", which message shop.v1.Place does not have',
    ],
    [
      'type Query { a: I @grpc(method: "shop.v1.Stock/Get") } type I @key(fields: "sku") @grpc(method: "shop.v1.Stock/GetMany", request: "{ skus: this.sku }", select: "items[0]") { sku: ID! }',
      'whose "skus" is a single value (string), but the message wants a list',
    ],
    [
      'type Query { a(sku: ID): I @grpc(method: "shop.v1.Stock/Get") } type I @key(fields: "sku") @grpc(method: "shop.v1.Stock/GetMany", request: "{ skus: this.sku }", select: "items", batch: { match: "sku" }) { sku: ID! price: Int own: I @grpc(method: "shop.v1.Stock/Get", request: "{ sku: this.sku }") }',
      'I cannot be read from shop.v1.Stock/GetMany: I.price is read as "price", which message shop.v1.Item does not have',
    ],
  ])('is reported in %s', (sdl, message) => {
    expect(problemsOf(sdl)).toEqual([expect.stringContaining(message)]);
  });
});

it('hints at values that an enum does not have', () => {
  const text = `syntax = "proto3"; package a; service S { rpc M(Q) returns (R); } message Q {} message R { Grade grade = 1; }
    enum Grade { GRADE_UNSPECIFIED = 0; GRADE_GOOD = 1; GRADE_BAD = 2; GRADE_UGLY = 3; }`;
  const problemsWith = (values: string) =>
    read(`type Query { m: R @grpc(method: "a.S/M") } type R { grade: Grade } enum Grade { ${values} }`, {
      protos: [{ name: 'a.proto', text }],
    }).problems;
  expect(problemsWith('GOOD BAD UGLY')).toEqual([]);
  expect(problemsWith('GOOD BAD HIDEOUS @map(from: "GRADE_UGLY")')).toEqual([]);
  expect(problemsWith('GOOD BAD')).toEqual([
    expect.stringContaining('ENUM_VALUES_UNKNOWN  Grade may be GRADE_UGLY in answers, which the enum does not have'),
  ]);
});

it('takes any of several names for one number, of which answers have the first', () => {
  const text = `syntax = "proto3"; package a; service S { rpc M(R) returns (R); } message R { Grade grade = 1; }
    enum Grade { option allow_alias = true; GRADE_UNSPECIFIED = 0; GRADE_GOOD = 1; GRADE_FINE = 1; }`;
  const namesOf = (values: string) => {
    const sdl = `type Query { m: R @grpc(method: "a.S/M") } type R { grade: Grade } enum Grade { ${values} }`;
    const { subgraph, problems } = read(sdl, { protos: [{ name: 'a.proto', text }] });
    expect(problems).toEqual([]);
    return Object.fromEntries(subgraph?.wireNames ?? []);
  };
  expect(namesOf('FINE')).toEqual({ 'Grade.FINE': 'GRADE_GOOD' });
  expect(namesOf('FINE GOOD')).toEqual({ 'Grade.FINE': 'GRADE_FINE', 'Grade.GOOD': 'GRADE_GOOD' });
});

it('checks what is true or false against what is not', () => {
  const text = `syntax = "proto3"; package a; service S { rpc M(Q) returns (R); }
    message Q { bool is_open = 1; int32 unit_count = 2; string text = 3; } message R { string text = 1; }`;
  const problemsWith = (args: string) =>
    read(`type Query { m(${args}): String @grpc(method: "a.S/M", select: "text") }`, {
      protos: [{ name: 'a.proto', text }],
    }).problems;
  expect(problemsWith('isOpen: Boolean, unitCount: ID, text: Boolean')).toEqual([]);
  expect(problemsWith('isOpen: String, unitCount: Boolean')).toEqual([
    expect.stringContaining(
      'whose "isOpen" is a single value (string), but the message wants a single value (boolean)',
    ),
    expect.stringContaining('whose "unitCount" is a single value (boolean), but the message wants'),
  ]);
});

it('checks requests by all names that a field may go by', () => {
  const text = `syntax = "proto3"; package a; service S { rpc M(Q) returns (R); }
    message Q { int32 unit_count = 1; oneof by { string card_no = 2; string iban = 3; } } message R { string text = 1; }`;
  const call = (request: string) =>
    read(`type Query { m(by: String): String @grpc(method: "a.S/M", request: "${request}", select: "text") }`, {
      protos: [{ name: 'a.proto', text }],
    }).problems;
  expect(call('{ unit_count: `1`, by: { cardNo: args.by } }')).toEqual([]);
  expect(call('{ unitCount: `1`, card_no: args.by }')).toEqual([]);
  expect(call('{ unitCounts: `1`, card_no: args.by }')).toEqual([expect.stringContaining('Did you mean "unitCount"?')]);
});

describe('a oneof of several types', () => {
  const oneof = {
    name: 'pay.proto',
    text: `syntax = "proto3"; package pay; service Pay { rpc Get(Id) returns (Payment); } message Id { string id = 1; }
      message Payment { oneof paid_by { Card card = 1; Cash cash = 2; } } message Card { string number = 1; } message Cash { int32 coins = 1; }`,
  };
  const problemsOfPayment = (types: string) =>
    read(`type Query { payment(id: ID): Payment @grpc(method: "pay.Pay/Get") } ${types}`, { protos: [oneof] }).problems;

  it('is read as a union of all of them, or as nullable fields', () => {
    const cards = 'type Card { number: String } type Cash { coins: Int }';
    expect(problemsOfPayment(`type Payment { paidBy: Means } union Means = Card | Cash ${cards}`)).toEqual([]);
    expect(problemsOfPayment(`type Payment { card: Card cash: Cash } ${cards}`)).toEqual([]);
  });

  it('is reported where a member has no type, or the field is of one alone', () => {
    expect(problemsOfPayment('type Payment { paidBy: Means } union Means = Card type Card { number: String }')).toEqual(
      [expect.stringContaining('Payment.paidBy may be cash, for which the schema has no type')],
    );
    expect(
      problemsOfPayment(
        'type Payment { paidBy: Card } union Means = Card | Cash type Card { number: String } type Cash { coins: Int }',
      ),
    ).toEqual([expect.stringContaining('Payment.paidBy is Card, but the answer may have any of several types')]);
  });
});

describe('a .proto', () => {
  const sdl = 'type Query { a: Int @grpc(method: "shop.v1.Stock/Get") }';

  it('is reported where it cannot be read, and nothing is said to be missing from it', () => {
    const { problems } = read(sdl, {
      protos: [{ name: 'a.proto', text: 'syntax = "proto3";\nmessage A {\n  sting? a = 1;\n}' }],
    });
    expect(problems).toEqual([
      expect.stringMatching(/^a\.proto:3:\d+ {2}PROTO_INVALID {2}The \.proto cannot be read: illegal/),
    ]);
  });

  it('is reported for an import that was not given, at the import', () => {
    expect(read(sdl, { protos: [stockProto] }).problems).toEqual([
      'shop/stock.proto:3:9  PROTO_INVALID  The import "shop/place.proto" is not among the subgraph\'s .proto files.\n    Give that file too: `proto:` takes a list of paths, --proto may be repeated. Or give a descriptor set, which has all: buf build -o service.binpb.',
    ]);
  });

  it('is reported for a type that no file defines', () => {
    const text = 'syntax = "proto3";\npackage a;\nservice S { rpc M(Nothing) returns (Nothing); }';
    expect(read(sdl, { protos: [{ name: 'a.proto', text }] }).problems).toEqual([
      expect.stringMatching(/^a\.proto:3:19 {2}PROTO_INVALID {2}The \.proto cannot be read: no such type: Nothing/),
    ]);
  });

  it('may import what Google’s own tools bring along', () => {
    const text = `syntax = "proto3";
package a;
import "google/api/annotations.proto";
import "google/protobuf/empty.proto";
service S { rpc Ping(google.protobuf.Empty) returns (Pong) { option (google.api.http) = { get: "/ping" }; } }
message Pong { string text = 1; }`;
    const options = { protos: [{ name: 'a.proto', text }] };
    expect(read('type Query { ping: String @grpc(method: "a.S/Ping", select: "text") }', options).problems).toEqual([]);
  });

  it('is found by a path that ends with its import name', () => {
    const inFolder = protos.map(({ name, text }) => ({ name: `./protos/${name}`, text }));
    const { problems } = read('type Query { a(sku: ID!): String @grpc(method: "shop.v1.Stock/Get", select: "sku") }', {
      protos: inFolder,
    });
    expect(problems).toEqual([]);
  });
});

it('checks messages that hold each other many times over once each', () => {
  const levels = Array.from({ length: 40 }, (_, level) => level);
  const last = levels.length;
  const messages = levels.map((level) => `message L${level} { L${level + 1} a = 1; L${level + 1} b = 2; }`);
  const types = levels.map((level) => `type L${level} { a: L${level + 1} b: L${level + 1} }`);
  const text = `syntax = "proto3"; service S { rpc Get(Ask) returns (L0); } message Ask {}
    ${messages.join(' ')} message L${last} { string word = 1; }`;
  const { problems } = read(
    `type Query { get: L0 @grpc(method: "S/Get") } ${types.join(' ')} type L${last} { word: String other: String }`,
    { protos: [{ name: 'deep.proto', text }] },
  );
  expect(problems).toEqual([
    expect.stringContaining(`L${last}.other is read as "other", which message L${last} does not have`),
  ]);
});

it('takes a message without fields for true where a Boolean is wanted', () => {
  const text = 'syntax = "proto3"; service S { rpc Drop(Ask) returns (Dropped); } message Ask {} message Dropped {}';
  const { fieldBindings } = readSound(
    'scalar JSON type Query { drop: Boolean! @grpc(method: "S/Drop") json: JSON @grpc(method: "S/Drop") }',
    { protos: [{ name: 's.proto', text }] },
  );
  const answers = ['Query.drop', 'Query.json'].map((coordinate) => {
    const binding = fieldBindings.get(coordinate);
    return binding?.kind === 'grpc' ? binding.method.responseDeserialize(Buffer.alloc(0)) : 'no gRPC';
  });
  expect(answers).toEqual([undefined, {}]);
});
