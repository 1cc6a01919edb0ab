import { BROKER_SCHEMES, findBrokerUrlFault } from './broker-url.ts';

const SCHEMES = ['http', 'https', 'grpc', 'grpcs', 'lambda', ...BROKER_SCHEMES];

/** Of services that are asked in HTTP. */
export const HTTP_SCHEMES: readonly string[] = ['http', 'https'];

/** Of serverless functions. */
export const FUNCTION_SCHEMES: readonly string[] = [...HTTP_SCHEMES, 'lambda'];

/** What is wrong with a service's URL, as the end of a sentence; undefined where nothing is. */
export function findUrlFault(url: string, schemes: readonly string[] = SCHEMES): string | undefined {
  const scheme = URL.canParse(url) ? new URL(url).protocol.slice(0, -1) : '';
  if (scheme === '') return 'is not a URL: expected something like https://host:port/path';
  if (!schemes.includes(scheme)) return `has the scheme "${scheme}", and one of ${schemes.join(', ')} is expected`;
  if (scheme !== 'memory' && new URL(url).hostname === '') return 'names no host';
  return BROKER_SCHEMES.includes(scheme) ? findBrokerUrlFault(url) : undefined;
}
