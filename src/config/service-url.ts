const SCHEMES = [
  'http',
  'https',
  'grpc',
  'grpcs',
  'nats',
  'amqp',
  'amqps',
  'mqtt',
  'mqtts',
  'redis',
  'rediss',
  'memory',
];
const HTTP_SCHEMES = ['http', 'https'];

/** What is wrong with a service's URL, as the end of a sentence; undefined where nothing is. */
export function findUrlFault(url: string, { onlyHttp = false } = {}): string | undefined {
  const schemes = onlyHttp ? HTTP_SCHEMES : SCHEMES;
  if (url === 'memory:')
    return onlyHttp ? `has the scheme "memory", and one of ${schemes.join(', ')} is expected` : undefined;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined || !URL.canParse(url)) return 'is not a URL: expected something like https://host:port/path';
  if (!schemes.includes(scheme)) return `has the scheme "${scheme}", and one of ${schemes.join(', ')} is expected`;
  if (scheme !== 'memory' && new URL(url).hostname === '') return 'names no host';
  return undefined;
}
