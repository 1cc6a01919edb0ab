import type { BrokerProgram } from './spawn-broker.ts';

/**
 * A RabbitMQ of a test's own; `definitions` is what it begins with, instead of the user guest. The program is the one
 * below the script of Debian's package, which changes its user; it is told where everything is.
 */
export function rabbitProgram(definitions?: object): BrokerProgram {
  return {
    command: '/usr/lib/rabbitmq/bin/rabbitmq-server',
    args: () => [],
    files: (port) => ({
      'rabbitmq.conf': [
        `listeners.tcp.1 = 127.0.0.1:${port}`,
        ...(definitions === undefined ? [] : ['load_definitions = definitions.json']),
        '',
      ].join('\n'),
      plugins: '[].',
      'definitions.json': JSON.stringify(definitions ?? {}),
    }),
    environment: (port, folder) => ({
      HOME: folder,
      RABBITMQ_NODENAME: `selvedge${port}@localhost`,
      RABBITMQ_CONFIG_FILE: `${folder}/rabbitmq`,
      RABBITMQ_ENABLED_PLUGINS_FILE: `${folder}/plugins`,
      RABBITMQ_MNESIA_BASE: `${folder}/data`,
      RABBITMQ_LOG_BASE: `${folder}/log`,
      // The nodes' own port, which nobody else speaks to.
      RABBITMQ_DIST_PORT: String(port < 60_000 ? port + 5_000 : port - 5_000),
    }),
  };
}
