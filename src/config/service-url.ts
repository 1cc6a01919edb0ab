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
  if (scheme === 'grpc' || scheme === 'grpcs') return findGrpcUrlFault(url);
  return BROKER_SCHEMES.includes(scheme) ? findBrokerUrlFault(url) : undefined;
}

/** A gRPC service is all of its host and port; who calls is said by metadata and certificates. */
function findGrpcUrlFault(url: string): string | undefined {
  const { pathname, search, hash, username, password } = new URL(url);
  const isPlain = (pathname === '' || pathname === '/') && search + hash + username + password === '';
  return isPlain ? undefined : 'has more than a host and a port, and a gRPC service has no more';
}
