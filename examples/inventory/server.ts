import { fileURLToPath } from 'node:url';
import {
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { Service } from '../http-service.ts';
import { Warehouse, type StockChange } from './warehouse.ts';

type EstimateRequest = { readonly sku: string; readonly weightGrams: number; readonly priceCents: number };

const MAX_SKUS = 100;
const SERVICE = 'shop.inventory.v1.Inventory';

/** The inventory service: gRPC by `schemas/inventory.proto`. `intervalMs` is how often watched stock changes. */
export async function startInventory(options: {
  readonly port: number;
  readonly intervalMs?: number;
}): Promise<Service> {
  const warehouse = new Warehouse(options.intervalMs ?? 1000);
  const open = new Set<ServerWritableStream<{ sku: string }, StockChange>>();
  const server = new Server();
  server.addService(loadService(), {
    getStock: unary<{ sku: string }, object>(({ sku }) => {
      const stock = warehouse.stock(sku);
      if (stock === undefined) throw new Refusal(status.NOT_FOUND, `There is no product ${JSON.stringify(sku)}.`);
      return { ...stock, inStock: stock.quantity > 0 };
    }),
    batchGetStock: unary<{ skus: string[] }, object>(({ skus }) => {
      if (skus.length > MAX_SKUS) throw new Refusal(status.INVALID_ARGUMENT, `Ask for at most ${MAX_SKUS} SKUs.`);
      return { items: [...new Set(skus)].map((sku) => stockOrNone(warehouse, sku)) };
    }),
    estimateShipping: unary<EstimateRequest, object>((request) => ({ costCents: estimateCents(request) })),
    watchStock: (call: ServerWritableStream<{ sku: string }, StockChange>) => watchStock(call, warehouse, open),
  });
  const port = await bind(server, options.port);
  return {
    url: `grpc://127.0.0.1:${port}`,
    close: async () => {
      for (const call of open) call.end();
      await shutDown(server);
    },
  };
}

class Refusal extends Error {
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

function unary<Request, Answer>(answer: (request: Request) => Answer) {
  return (call: ServerUnaryCall<Request, Answer>, callback: sendUnaryData<Answer>): void => {
    try {
      callback(null, answer(call.request));
    } catch (error) {
      callback(error instanceof Refusal ? error : { code: status.INTERNAL, details: 'The service failed.' });
    }
  };
}

/** A product that was never stocked is out of stock and lies nowhere. */
function stockOrNone(warehouse: Warehouse, sku: string): object {
  const stock = warehouse.stock(sku);
  return stock === undefined ? { sku, inStock: false, quantity: 0 } : { ...stock, inStock: stock.quantity > 0 };
}

/** Dear and light things are sent for nothing. */
function estimateCents({ weightGrams, priceCents }: EstimateRequest): number {
  if (weightGrams <= 0 || priceCents < 0) {
    throw new Refusal(status.INVALID_ARGUMENT, 'weight_grams must be positive, price_cents not negative.');
  }
  if (priceCents >= 5000 && weightGrams < 1000) return 0;
  return 390 + Math.ceil(weightGrams / 500) * 60;
}

function watchStock(
  call: ServerWritableStream<{ sku: string }, StockChange>,
  warehouse: Warehouse,
  open: Set<ServerWritableStream<{ sku: string }, StockChange>>,
): void {
  const { sku } = call.request;
  if (sku !== '' && warehouse.stock(sku) === undefined) {
    call.emit('error', new Refusal(status.NOT_FOUND, `There is no product ${JSON.stringify(sku)}.`));
    return;
  }
  const stop = warehouse.watch(sku === '' ? undefined : sku, (change) => {
    if (!call.writableNeedDrain) call.write(change); // a slow watcher misses changes instead of filling memory
  });
  open.add(call);
  const leave = (): void => {
    stop();
    open.delete(call);
  };
  call.on('cancelled', leave);
  call.on('close', leave);
  call.on('error', leave);
}

function loadService(): ServiceDefinition {
  const path = fileURLToPath(new URL('../../schemas/inventory.proto', import.meta.url));
  return loadSync(path, { defaults: true })[SERVICE] as ServiceDefinition;
}

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
}

/** Calls in flight may end; connections that stay open after a second are closed. */
function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.forceShutdown(), 1000);
    server.tryShutdown(() => {
      clearTimeout(force);
      resolve();
    });
  });
}
