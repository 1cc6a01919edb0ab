import { seedShipments, type Shipment } from '../seed.ts';
import { createShipments } from './shipments.ts';
import { connectWorker, type IncomingRequest } from './worker-connection.ts';

/**
 * The shipping service: answers `shipments.byOrder` and `shipments.byId` (lists of ids in, lists out), takes
 * `orders.ship`, and says `shipments.<orderId>.updated`. Any broker of the gateway will do.
 */
export async function startShippingWorker({ brokerUrl }: { brokerUrl: string }): Promise<{ close(): Promise<void> }> {
  const connection = await connectWorker(brokerUrl);
  const shipments = createShipments(seedShipments());
  await Promise.all([
    connection.onRequest('shipments.byOrder', (request) => answer(request, 'orderIds', shipments.ofOrders)),
    connection.onRequest('shipments.byId', (request) => answer(request, 'ids', shipments.ofIds)),
    connection.onEvent('orders.ship', (event) => {
      const order = readOrder(event);
      if (order === undefined) return console.error('shipping: an event that is no order was left out');
      const shipment = shipments.ship(order.orderId, order.carrier);
      connection.publish(`shipments.${shipment.orderId}.updated`, shipment).catch((error: unknown) => {
        console.error(`shipping: the update of ${shipment.orderId} was not sent:`, error);
      });
    }),
  ]);
  return { close: () => connection.close() };
}

function answer(request: IncomingRequest, name: string, find: (ids: readonly string[]) => Shipment[]): void {
  const { id, payload, expiresAt } = request;
  if (expiresAt !== undefined && expiresAt < Date.now()) return;
  const ids = isRecord(payload) ? payload[name] : undefined;
  if (Array.isArray(ids) && ids.every((value) => typeof value === 'string')) {
    request.answer({ id, payload: find(ids) });
  } else {
    request.answer({ id, error: { message: `"${name}" must be a list of ids`, code: 'BAD_USER_INPUT' } });
  }
}

/** The id becomes a segment of a topic, so it is looked at closely. */
function readOrder(event: unknown): { readonly orderId: string; readonly carrier: string } | undefined {
  if (!isRecord(event)) return undefined;
  const { orderId, carrier } = event;
  const isOrder = typeof orderId === 'string' && /^o\d+$/.test(orderId) && typeof carrier === 'string';
  return isOrder ? { orderId, carrier } : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
