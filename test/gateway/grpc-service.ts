import path from 'node:path';
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { onTestFinished } from 'vitest';
import { createFolder } from '../cli/command.ts';

export const stockProto = `
  syntax = "proto3";
  package stock;
  service Stock { rpc Get(GetRequest) returns (Item); }
  message GetRequest { string sku = 1; }
  message Item { string name = 1; }
`;

type GetCall = ServerUnaryCall<{ sku: string }, { name: string }>;

/** A gRPC service, with what became of its calls. It ends with the test. */
export async function startGrpcService({
  port = 0,
  onGet,
}: {
  readonly port?: number;
  readonly onGet: (call: GetCall, answer: sendUnaryData<{ name: string }>) => void;
}) {
  const seen: string[] = [];
  const folder = await createFolder({ 'stock.proto': stockProto });
  const server = new Server();
  server.addService(loadSync(path.join(folder, 'stock.proto'))['stock.Stock'] as ServiceDefinition, {
    Get: (call: GetCall, answer: sendUnaryData<{ name: string }>) => {
      seen.push('asked');
      call.once('cancelled', () => seen.push('aborted'));
      onGet(call, answer);
    },
  });
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, taken) =>
      error === null ? resolve(taken) : reject(error),
    );
  });
  onTestFinished(() => server.forceShutdown());
  return { seen, url: `grpc://127.0.0.1:${bound}` };
}
