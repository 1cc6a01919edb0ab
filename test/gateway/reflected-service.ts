import path from 'node:path';
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { onTestFinished } from 'vitest';
import { createFolder } from '../cli/command.ts';

const shelfProto = 'syntax = "proto3"; package stock; message Shelf { string code = 1; }';
const stockProto = `syntax = "proto3"; package stock;
  import "shelf.proto"; import "google/protobuf/timestamp.proto";
  service Stock { rpc Get(GetRequest) returns (Item); }
  message GetRequest { string sku = 1; }
  message Item { string name = 1; Shelf shelf = 2; google.protobuf.Timestamp counted_at = 3; optional int32 in_stock = 4; }`;

export const reflectedSdl = `
  type Query { item(sku: ID!): Item @grpc(method: "stock.Stock/Get") }
  type Item { name: String shelf: Shelf countedAt: String inStock: Int }
  type Shelf { code: String }`;

/** A gRPC service that says by server reflection what it offers, in this version of the protocol; none: it does not. */
export async function startReflectedService({
  port = 0,
  version,
}: {
  readonly port?: number;
  readonly version: 'v1' | 'v1alpha' | 'none';
}) {
  const folder = await createFolder({ 'stock.proto': stockProto, 'shelf.proto': shelfProto });
  const definition = loadSync(path.join(folder, 'stock.proto'), { includeDirs: [folder] });
  const server = new Server();
  server.addService(definition['stock.Stock'] as ServiceDefinition, {
    Get: (_call: unknown, answer: (error: null, item: object) => void) =>
      answer(null, { name: 'Throw', shelf: { code: 'S1' }, countedAt: { seconds: 0 } }),
  });
  if (version !== 'none') {
    new ReflectionService(definition).addToServer({
      addService: (service: ServiceDefinition, implementation: Parameters<Server['addService']>[1]) => {
        const [method] = Object.values(service);
        if (method?.path.startsWith(`/grpc.reflection.${version}.`) !== true) return;
        server.addService(service, implementation);
      },
    } as Server);
  }
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, taken) =>
      error === null ? resolve(taken) : reject(error),
    );
  });
  onTestFinished(() => server.forceShutdown());
  return { url: `grpc://127.0.0.1:${bound}`, port: bound, stop: () => server.forceShutdown() };
}
