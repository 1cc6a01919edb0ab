import { describe, expect, it } from 'vitest';
import { importAsyncApi } from '../../../src/importing/asyncapi/import-asyncapi.ts';
import { describeFiles } from '../../../src/importing/description.ts';
import { parseDescription } from '../../../src/importing/description-file.ts';
import type { ImportReport } from '../../../src/importing/import-report.ts';
import { printDraft } from '../../../src/importing/print-draft.ts';
import { composes, definition } from '../imported.ts';

async function imported(yaml: string): Promise<{ readonly sdl: string; readonly report: ImportReport }> {
  const files = new Map([['events.yaml', parseDescription('events.yaml', yaml)]]);
  const { draft, report } = importAsyncApi(describeFiles('events.yaml', files), 'events');
  const sdl = printDraft(draft);
  if (sdl.trim() !== '') await composes(sdl, 'memory:');
  return { sdl, report };
}

describe('an AsyncAPI description', () => {
  it('of version 3 becomes requests, publications and subscriptions', async () => {
    const { sdl, report } = await imported(`
asyncapi: 3.0.0
servers: { main: { host: 'nats.example:4222', protocol: nats } }
channels:
  byId: { address: lamps/byId, messages: { m: { payload: { type: object, properties: { lamp_ids: { type: array, maxItems: 50, items: { type: string } } } } } } }
  find: { address: lamps/find, messages: { m: { payload: { type: object, required: [room], properties: { room: { type: string }, limit: { type: integer, default: 5 } } } } } }
  answers: { address: null, messages: { m: { payload: { type: array, items: { $ref: '#/components/schemas/Lamp' } } } } }
  dim: { address: 'lamps/{lamp_id}/dim', parameters: { lamp_id: {} }, messages: { m: { payload: { $ref: '#/components/schemas/Dimming' } } } }
  ping: { address: ping, messages: { m: { payload: { type: string } } } }
  lit: { address: 'lamps/{lamp_id}/lit', messages: { on: { payload: { $ref: '#/components/schemas/On' } }, off: { payload: { $ref: '#/components/schemas/Off' } } } }
  binary: { address: raw, messages: { m: { contentType: application/octet-stream } } }
  mixed: { address: a.b/c, messages: { m: { payload: { type: string } } } }
operations:
  getLamps: { action: receive, channel: { $ref: '#/channels/byId' }, reply: { channel: { $ref: '#/channels/answers' } } }
  findLamps: { action: receive, summary: Lamps of a room., channel: { $ref: '#/channels/find' }, reply: { channel: { $ref: '#/channels/answers' } } }
  receiveDimming: { action: receive, channel: { $ref: '#/channels/dim' } }
  ping: { action: receive, channel: { $ref: '#/channels/ping' } }
  sendLit: { action: send, channel: { $ref: '#/channels/lit' } }
  sendRaw: { action: send, channel: { $ref: '#/channels/binary' } }
  sendMixed: { action: send, channel: { $ref: '#/channels/mixed' } }
components:
  schemas:
    Lamp: { type: object, required: [lamp_id], properties: { lamp_id: { type: string }, is_lit: { type: boolean } } }
    Dimming: { type: object, required: [percent], properties: { percent: { type: integer } } }
    On: { type: object, required: [kind], properties: { kind: { const: on }, at: { type: string, format: date-time } } }
    Off: { type: object, required: [kind], properties: { kind: { const: off }, by: { type: string } } }
`);
    expect(sdl).toMatchInlineSnapshot(`
      "extend schema @source(naming: SNAKE_CASE)

      type Query {
        "Lamps of a room."
        lamps(room: String!, limit: Int = 5): [Lamp!]! @request(topic: "lamps.find")
      }

      type Mutation {
        publishDimming(lampId: ID!, percent: Int!): Dimming!
          @publish(topic: "lamps.{lampId}.dim", payload: "{ percent: args.percent }")
        ping(input: String!): Boolean @publish(topic: "ping", payload: "args.input")
      }

      type Subscription {
        lit(lampId: ID!): Lit!
          @subscribe(
            topic: "lamps.{lampId}.lit"
            select: "merge(@, { __typename: kind == 'on' && 'On' || kind == 'off' && 'Off' })"
          )
      }

      type Lamp
        @key(fields: "lampId")
        @request(topic: "lamps.byId", payload: "{ lamp_ids: this.lampId }", batch: { max: 50, match: "lampId" }) {
        lampId: ID!
        isLit: Boolean
      }

      type Dimming {
        percent: Int!
      }

      type On {
        kind: String!
        at: DateTime
      }

      "A moment as RFC 3339 writes it: 2030-01-31T12:00:00Z."
      scalar DateTime

      type Off {
        kind: String!
        by: String
      }

      union Lit = On | Off
      "
    `);
    expect(report.leftOut.map(({ what, why }) => `${what}: ${why}`)).toEqual([
      'sendRaw: its message is application/octet-stream, not JSON',
      'sendMixed: its address "a.b/c" has both "/" and ".", of which only one can part a topic',
    ]);
    expect(report.config).toEqual(['graph.subgraphs.events.url: nats://nats.example:4222']);
  });

  it('of version 2 is read from the service’s side', async () => {
    const { sdl } = await imported(`
asyncapi: 2.6.0
channels:
  user/signedup:
    publish: { operationId: onUserSignedUp, message: { $ref: '#/components/messages/SignUp' } }
  user/{id}/greeted:
    subscribe: { summary: Somebody was greeted., message: { oneOf: [{ $ref: '#/components/messages/SignUp' }] } }
components:
  messages:
    SignUp: { payload: { type: object, required: [name], properties: { name: { type: string } } } }
`);
    expect(sdl).toMatchInlineSnapshot(`
      "type Mutation {
        publishUserSignedUp(name: String!): SignUp! @publish(topic: "user.signedup")
      }

      type Subscription {
        "Somebody was greeted."
        userGreeted(id: ID!): SignUp! @subscribe(topic: "user.{id}.greeted")
      }

      type SignUp {
        name: String!
      }
      "
    `);
  });

  it('may say whose keys an answer has', async () => {
    const { sdl } = await imported(`
asyncapi: 3.0.0
channels:
  byOrder: { address: shipments.byOrder, messages: { m: { payload: { type: object, properties: { orderIds: { type: array, items: { type: string } } } } } } }
  answers: { address: null, messages: { m: { payload: { type: object, properties: { items: { type: array, items: { $ref: '#/components/schemas/Shipment' } } } } } } }
operations:
  getShipments: { action: receive, channel: { $ref: '#/channels/byOrder' }, reply: { channel: { $ref: '#/channels/answers' } } }
components:
  schemas:
    Shipment: { type: object, properties: { orderId: { type: string, x-selvedge-entity: Order.id }, status: { type: string } } }
`);
    expect(definition(sdl, 'type Order')).toMatchInlineSnapshot(`
      "type Order
        @key(fields: "id")
        @request(
          topic: "shipments.byOrder"
          payload: "{ orderIds: this.id }"
          select: "items[].{ id: orderId, shipment: @ }"
          batch: { max: 100, match: "id" }
        ) {
        id: ID!
        shipment: Shipment
      }"
    `);
    expect(definition(sdl, 'type Shipment')).toContain('order: Order @map(from: "{ id: orderId }")');
  });

  it('is refused where it is none', async () => {
    await expect(imported('asyncapi: 1.2.0\nchannels: {}')).rejects.toThrow('It is AsyncAPI 1.2.0; 2 and 3 are read.');
    await expect(imported('openapi: 3.0.0')).rejects.toThrow('it has no "asyncapi"');
    await expect(imported('asyncapi: 3.0.0')).rejects.toThrow('The description has no channels.');
  });

  it('leaves it to the reader whether one channel answers another', async () => {
    const { sdl } = await imported(`
asyncapi: 2.6.0
channels:
  lamps/dim/request: { publish: { operationId: dimLamp, message: { payload: { type: object, properties: { percent: { type: integer } } } } } }
  lamps/dim/response: { subscribe: { operationId: lampDimmed, message: { payload: { type: string } } } }
  lamps/lit/request: { publish: { operationId: lightLamp, message: { payload: { type: string } } } }`);
    expect(definition(sdl, 'type Mutation').split('\n').slice(0, 3)).toEqual([
      'type Mutation {',
      '  # TODO: perhaps lamps/dim/response answers it. If the service sends to the reply address, @request waits for it',
      '  dimLamp(percent: Int): DimLamp! @publish(topic: "lamps.dim.request")',
    ]);
    expect(sdl.match(/# TODO/g)).toHaveLength(1);
  });

  it('has arguments for what an address leaves open, in both versions', async () => {
    const { sdl } = await imported(`
asyncapi: 3.0.0
channels:
  lit:
    address: 'lamps.{lampId}.{room}.{floor}'
    parameters: { lampId: { description: Which lamp. }, room: { enum: [hall, kitchen] }, floor: { enum: ['1', '2'] } }
    messages: { m: { headers: { type: object, properties: { trace: { type: string } } }, payload: { type: string } } }
operations: { onLit: { action: send, channel: { $ref: '#/channels/lit' } } }`);
    expect(sdl).toBe(`type Subscription {
  lit(
    "Which lamp."
    lampId: ID!
    room: Room!
    floor: String!
  ): String! @subscribe(topic: "lamps.{lampId}.{room}.{floor}")
}

enum Room {
  hall
  kitchen
}
`);
    const old = await imported(`
asyncapi: 2.6.0
channels:
  lamps/{room}: { parameters: { room: { schema: { type: string, enum: [hall, kitchen] } } }, subscribe: { operationId: lit, message: { headers: { type: object }, payload: { type: string } } } }`);
    expect(old.sdl).toContain('lit(room: Room!): String! @subscribe(topic: "lamps.{room}")');
    expect(old.report.simplified).toMatchObject([{ why: 'is neither sent nor read' }]);
  });

  it('may name elsewhere what is not read anyway', async () => {
    const { sdl, report } = await imported(`
asyncapi: 3.0.0
channels:
  a: { address: a, messages: { m: { payload: { schemaFormat: 'application/vnd.apache.avro;version=1.9.0', schema: { $ref: 'https://registry.example/a.avsc' } } } } }
  b: { address: b, messages: { m: { payload: { type: string } } } }
operations: { onA: { action: send, channel: { $ref: '#/channels/a' } }, onB: { action: send, channel: { $ref: '#/channels/b' } } }`);
    expect(sdl).toBe('type Subscription {\n  b: String! @subscribe(topic: "b")\n}\n');
    expect(report.leftOut).toMatchObject([
      {
        what: 'onA',
        why: "its message is described by application/vnd.apache.avro;version=1.9.0, and brokers' messages are read as JSON",
      },
    ]);
    await expect(
      imported(`
asyncapi: 3.0.0
channels: { a: { address: a, messages: { m: { payload: { $ref: 'https://registry.example/a.json' } } } } }
operations: { onA: { action: send, channel: { $ref: '#/channels/a' } } }`),
    ).rejects.toThrow(
      /events\.yaml:3:\d+ {2}IMPORT_REF_INVALID {2}"https:\/\/registry\.example\/a\.json" is outside of the description's folder/,
    );
  });

  it.each([
    ['{ s: { host: "kafka.example:9092", protocol: kafka-secure } }', 'kafkas://kafka.example:9092'],
    [
      '{ s: { host: "h", protocol: solace }, t: { host: "m:{port}", protocol: secure-mqtt, variables: { port: { default: "8883" } } } }',
      'mqtts://m:8883',
    ],
    [
      '{ s: { host: "h", protocol: pulsar } }',
      "a broker's URL of nats, amqp, mqtt, redis or kafka (its servers speak pulsar)",
    ],
    ['{}', "a broker's URL of nats, amqp, mqtt, redis or kafka"],
  ])('with the servers %s needs the URL %s', async (servers, url) => {
    const { report } = await imported(`
asyncapi: 3.0.0
servers: ${servers}
channels: { a: { address: a, messages: { m: { payload: { type: string } } } } }
operations: { onA: { action: send, channel: { $ref: '#/channels/a' } } }`);
    expect(report.config).toEqual([`graph.subgraphs.events.url: ${url}`]);
  });

  it('is refused where clients speak to the service itself', async () => {
    await expect(
      imported(`
asyncapi: 3.0.0
servers: { main: { host: api.example, protocol: wss } }
channels: { a: { address: /, messages: { m: { payload: { type: string } } } } }
operations: { onA: { action: send, channel: { $ref: '#/channels/a' } } }`),
    ).rejects.toThrow("Its servers speak wss, which is no broker's.");
  });
});
