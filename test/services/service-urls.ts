/** The brokers of this machine; each can be named by an environment variable. */
export const brokerUrls = {
  RabbitMQ: process.env['TEST_AMQP_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672',
  Mosquitto: process.env['TEST_MQTT_URL'] ?? 'mqtt://127.0.0.1:1883',
  NATS: process.env['TEST_NATS_URL'] ?? 'nats://127.0.0.1:4222',
  Redis: process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379',
} as const;
