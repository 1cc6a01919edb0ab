import { expect, it } from 'vitest';
import { readBrokerUrl } from '../../src/config/broker-url.ts';
import { findUrlFault } from '../../src/config/service-url.ts';

it.each([
  ['nats://host?jetstream=ORDERS', undefined],
  ['nats://host?stream=ORDERS', 'has the option "stream", and nats has only jetstream, group'],
  ['nats://host?jetstream=a.b', 'has jetstream=a.b, and a name of letters, digits, "_" and "-" is expected'],
  ['nats://host?jetstream=A&jetstream=B', 'has the option "jetstream" twice'],
  ['nats://host?group=edge', 'has the option "group", which says nothing without "jetstream"'],
  ['mqtt://host?__proto__=1', 'has the option "__proto__", and mqtt has none'],
  ['amqps://host/vhost?exchange=orders&heartbeat=5', undefined],
  ['nats://?jetstream=A', 'names no host'],
  ['kafka://host:9092?group=edge&replies=edge.replies', undefined],
  ['kafkas://user:pass@host?sasl=gssapi', 'has sasl=gssapi, and plain, scram-sha-256 or scram-sha-512 is expected'],
  ['kafka://host?sasl=scram-sha-512', 'has the option "sasl", which says nothing without a user'],
  ['kafka://user:pass@host?sasl=scram-sha-512', undefined],
  ['redis://host/3?streams=true', undefined],
  ['redis://host/jobs', 'has the path "/jobs", and the number of a database is expected'],
  ['nats://host/orders', 'has the path "/orders", and none is expected'],
  ['mqtts://host/', undefined],
  ['redis://host?streams=yes', 'has streams=yes, and "true" is expected'],
  ['rediss://host?streams=true&maxlen=0', 'has maxlen=0, and a number of entries is expected'],
])('says of %s: %s', (url, fault) => {
  expect(findUrlFault(url)).toBe(fault);
});

it('parts the options of a broker from its address', () => {
  expect(readBrokerUrl('amqps://user:pass@host/vhost?exchange=orders')).toEqual({
    protocol: 'amqp',
    address: 'amqps://user:pass@host/vhost',
    options: { exchange: 'orders' },
    hasPatterns: true,
  });
  expect(readBrokerUrl('http://host')).toBeUndefined();
});
