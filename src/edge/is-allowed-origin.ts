import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a page of this origin may open a WebSocket: browsers ask nobody before they do, so the server has to look. One
 * without `Origin` is no browser's; the gateway's own pages have its host.
 */
export function isAllowedOrigin(
  { origin, host }: Pick<IncomingHttpHeaders, 'origin' | 'host'>,
  allowed: readonly string[],
): boolean {
  if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return true;
  return URL.parse(origin)?.host === host?.toLowerCase();
}
