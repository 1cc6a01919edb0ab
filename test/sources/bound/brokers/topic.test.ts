import { expect, it } from 'vitest';
import { AMQP_TOPICS, isTopicMatch, MQTT_TOPICS, toBrokerTopic } from '../../../../src/sources/bound/brokers/topic.ts';

it.each([
  ['orders.ship', 'orders/ship', 'orders.ship'],
  ['orders.*.shipped', 'orders/+/shipped', 'orders.*.shipped'],
  ['orders.>', 'orders/#', 'orders.#'],
  ['>', '#', '#'],
])('writes %s as %s for MQTT and as %s for AMQP', (topic, mqtt, amqp) => {
  expect([toBrokerTopic(topic, MQTT_TOPICS), toBrokerTopic(topic, AMQP_TOPICS)]).toEqual([mqtt, amqp]);
});

it.each([
  ['orders.ship', 'orders.ship', true],
  ['orders.ship', 'orders.ship.now', false],
  ['orders.*', 'orders.ship', true],
  ['orders.*', 'orders.ship.now', false],
  ['orders.*', 'orders', false],
  ['*.ship', 'orders.ship', true],
  ['orders.>', 'orders.ship.now', true],
  ['orders.>', 'orders', false],
  ['*.>', 'orders.ship', true],
  ['>', 'orders', true],
])('says whether %s fits %s: %s', (pattern, topic, fits) => {
  expect(isTopicMatch(pattern, topic)).toBe(fits);
});
