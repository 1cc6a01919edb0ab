import { createParser } from 'eventsource-parser';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seedOrders, seedShipments } from '../../examples/seed.ts';
import { describeService } from './describe-service.ts';
import { startKafkaMock } from './kafka-mock.ts';
import { brokerUrls } from './service-urls.ts';
import { type OpenShop, openShop } from './shop.ts';

/** A worker's first message takes seconds where it has to join a group. */
const PATIENT = { timeout: 20_000 };
const userId = 'u1';
const shipments = new Map(seedShipments().map((shipment) => [shipment.orderId, shipment]));
const orders = seedOrders().filter((order) => order.userId === userId);

type Orders = { readonly data: { readonly me: { readonly orders: readonly Record<string, unknown>[] } } };

/** The next event of a subscription over SSE, each time it is called. */
async function subscribe(shop: OpenShop, query: string): Promise<() => Promise<unknown>> {
  const response = await shop.gateway.request('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: shop.authorization },
    body: JSON.stringify({ query }),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const events: unknown[] = [];
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data !== '') events.push(JSON.parse(data));
    },
  });
  return async () => {
    while (events.length === 0) {
      const chunk = await reader?.read();
      if (chunk?.value === undefined) throw new Error('The stream has ended.');
      parser.feed(chunk.value);
    }
    return events.shift();
  };
}

const kafka = await startKafkaMock();
afterAll(() => kafka?.close());
const urls = {
  ...brokerUrls,
  'Redis streams': `${brokerUrls.Redis}?streams=true`,
  ...(kafka === undefined ? {} : { Kafka: kafka.url }),
};

for (const [name, url] of Object.entries(urls)) {
  await describeService(`the shop on ${name}`, url, () => {
    describe(`the shop on ${name}`, () => {
      let shop: OpenShop;
      beforeAll(async () => {
        shop = await openShop(url, userId);
      });
      afterAll(() => shop.close());

      it('answers a query that crosses all six subgraphs', async () => {
        const document = `{
          me { name orders { id items { quantity product { name inStock reviews { text } } } shipment { status } isOverdue } }
        }`;
        const answer = await vi.waitFor(async () => {
          const found = (await shop.query(document)) as Orders;
          expect(found).not.toHaveProperty('errors');
          return found;
        }, PATIENT);
        const found = answer.data.me.orders.map(({ id, shipment }) => ({ id, shipment }));
        const expected = orders.map(({ id }) => {
          const status = shipments.get(id)?.status;
          return { id, shipment: status === undefined ? null : { status } };
        });
        expect(found).toEqual(expected);
      });

      it('ships an order by an acknowledged event and tells of it by a subscription', async () => {
        const [order] = orders;
        const nextEvent = await subscribe(
          shop,
          `subscription { shipmentUpdated(orderId: "${order?.id}") { orderId status carrier } }`,
        );
        const event = nextEvent();
        const update = { orderId: order?.id, status: 'IN_TRANSIT', carrier: 'Shuttle Post' };
        // The subscription stands a moment after its response: ship until it has seen it.
        let isSeen = false;
        const seen = event.finally(() => (isSeen = true));
        await expect
          .poll(async () => {
            const answer = await shop.query(
              `mutation ($id: ID!) { shipOrder(orderId: $id, carrier: "Shuttle Post") { orderId order { id } } }`,
              { id: order?.id },
            );
            expect(answer).toEqual({ data: { shipOrder: { orderId: order?.id, order: { id: order?.id } } } });
            return isSeen;
          }, PATIENT)
          .toBe(true);
        expect(await seen).toEqual({ data: { shipmentUpdated: update } });
        const after = await shop.query(`{ order(id: "${order?.id}") { shipment { status carrier } } }`);
        expect(after).toEqual({ data: { order: { shipment: { status: 'IN_TRANSIT', carrier: 'Shuttle Post' } } } });
      });

      it('refuses an order id that would change the topic', async () => {
        const nextEvent = await subscribe(shop, 'subscription { shipmentUpdated(orderId: "*") { id } }');
        expect(await nextEvent()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
      });
    });
  });
}
