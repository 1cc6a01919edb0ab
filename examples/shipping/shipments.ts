import type { Shipment } from '../seed.ts';

/** The worker's own state. */
export type Shipments = {
  readonly ofOrders: (orderIds: readonly string[]) => Shipment[];
  readonly ofIds: (ids: readonly string[]) => Shipment[];
  /** Hands an order to a carrier, and gives its shipment as it is now. */
  readonly ship: (orderId: string, carrier: string) => Shipment;
};

const DELIVERY_DAYS = 5;

/** Shipments in memory, by order; an order has at most one. */
export function createShipments(seed: readonly Shipment[]): Shipments {
  const byOrder = new Map(seed.map((shipment) => [shipment.orderId, shipment]));
  const byId = new Map(seed.map((shipment) => [shipment.id, shipment]));
  return {
    ofOrders: (orderIds) => orderIds.flatMap((orderId) => byOrder.get(orderId) ?? []),
    ofIds: (ids) => ids.flatMap((id) => byId.get(id) ?? []),
    ship: (orderId, carrier) => {
      const shipment: Shipment = {
        ...(byOrder.get(orderId) ?? { id: orderId.replace(/^o/, 's'), orderId, promisedOn: dayFromNow(DELIVERY_DAYS) }),
        status: 'IN_TRANSIT',
        carrier,
        trackingCode: `LX${orderId.replaceAll(/\D/g, '').padStart(6, '0')}`,
      };
      byOrder.set(orderId, shipment);
      byId.set(shipment.id, shipment);
      return shipment;
    },
  };
}

function dayFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
