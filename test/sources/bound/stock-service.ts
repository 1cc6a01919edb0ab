import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';
import type { GrpcBinding } from '../../../src/model/binding.ts';
import { readSubgraph } from '../../../src/subgraph/read-subgraph.ts';
import { boundSubgraph } from './bound-subgraph.ts';

const stockProto = `
  syntax = "proto3";
  package stock;
  import "google/protobuf/empty.proto";
  service Stock {
    rpc Get(GetRequest) returns (Item);
    rpc BatchGet(BatchRequest) returns (BatchAnswer);
    rpc Move(MoveRequest) returns (Item);
    rpc Watch(GetRequest) returns (stream Item);
    rpc List(GetRequest) returns (stream Item);
    rpc Remove(GetRequest) returns (google.protobuf.Empty);
  }
  message GetRequest { string sku = 1; }
  message BatchRequest { repeated string skus = 1; }
  message BatchAnswer { repeated Item items = 1; }
  message MoveRequest { string sku = 1; string target_shelf = 2; Extra extra = 3; }
  message Extra { int32 item_count = 1; repeated string notes = 2; }
  message Item { string sku = 1; int32 in_stock = 2; int64 sold = 3; Shelf shelf = 4; repeated string tags = 5; Grade grade = 6; }
  message Shelf { string code = 1; }
  enum Grade { UNKNOWN = 0; GOOD = 1; }
`;
export const stockSdl = `
  type Query {
    item(sku: ID!): Item @grpc(method: "stock.Stock/Get")
    listed(sku: ID): [Item!] @grpc(method: "stock.Stock/List", maxMessages: 3)
  }
  type Mutation {
    remove(sku: ID!): Boolean! @grpc(method: "stock.Stock/Remove")
    move(sku: ID!, targetShelf: String, extra: Extra): Item @grpc(method: "stock.Stock/Move")
  }
  type Subscription { watched(sku: ID!): Item @grpc(method: "stock.Stock/Watch") }
  input Extra { itemCount: Int notes: [String!] }
  type Item @key(fields: "sku") @grpc(
    method: "stock.Stock/BatchGet", request: "{ skus: this.sku }", select: "items", batch: { max: 2, match: "sku" }
  ) { sku: ID! inStock: Int! sold: Int shelf: Shelf tags: [String!]! grade: Grade }
  type Shelf { code: String! }
  enum Grade { UNKNOWN GOOD }
`;
export const protos = [{ name: 'stock.proto', text: stockProto }];

export type StockCall = ServerUnaryCall<object, object>;
export type StockStream = ServerWritableStream<object, object>;
type Answer = (error: Partial<ServiceError> | null, answer?: object) => void;
type Methods = {
  readonly get?: (call: StockCall, answer: Answer) => void;
  readonly batchGet?: (call: StockCall, answer: Answer) => void;
  readonly move?: (call: StockCall, answer: Answer) => void;
  readonly watch?: (call: StockStream) => void;
  readonly list?: (call: StockStream) => void;
  readonly remove?: (call: StockCall, answer: Answer) => void;
};

/** A real gRPC server, with a log of the messages it received. */
export async function startStock(
  methods: Methods,
  { text = stockSdl, security = ServerCredentials.createInsecure(), options = {} } = {},
) {
  const { subgraph } = readSubgraph({
    name: 'stock',
    kind: 'auto',
    schema: [{ name: 's.graphql', text }],
    url: 'grpc://x',
    protos,
  });
  if (subgraph === undefined) throw new Error('The schema could not be read.');
  const bindings = new Map([...subgraph.fieldBindings, ...subgraph.entityBindings]);
  const methodAt = (coordinate: string) => (bindings.get(coordinate) as GrpcBinding).method;
  const server = new Server(options);
  const log: unknown[] = [];
  const unary = (method: Methods['get']) => (call: StockCall, answer: Answer) => {
    log.push(call.request);
    if (method === undefined) answer({ code: status.UNIMPLEMENTED });
    else method(call, answer);
  };
  server.addService(
    {
      Get: methodAt('Query.item'),
      BatchGet: methodAt('Item'),
      Move: methodAt('Mutation.move'),
      Watch: methodAt('Subscription.watched'),
      List: methodAt('Query.listed'),
      Remove: { ...methodAt('Mutation.remove'), responseSerialize: () => Buffer.alloc(0) },
    },
    {
      Get: unary(methods.get) as never,
      BatchGet: unary(methods.batchGet) as never,
      Move: unary(methods.move) as never,
      Watch: (methods.watch ?? (() => {})) as never,
      List: (methods.list ?? (() => {})) as never,
      Remove: unary(methods.remove) as never,
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', security, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  onTestFinished(() => server.forceShutdown());
  return { server, log, url: `grpc://127.0.0.1:${port}`, port };
}

/** A subgraph of the stock's schema in front of a service. */
export const stockAt = (url: string, options: Partial<Parameters<typeof boundSubgraph>[1]> = {}, text = stockSdl) =>
  boundSubgraph(text, { url, protos, ...options });
