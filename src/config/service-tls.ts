import { z } from 'zod';
import { TLS_BROKER_SCHEMES } from './broker-url.ts';
import type { ConfigPath } from './config-source.ts';

const TLS_SCHEMES = ['grpcs', ...TLS_BROKER_SCHEMES];

const file = z.string().min(1, 'a path that is not empty');

/** How a service is spoken to over TLS. Files are PEM. */
export const serviceTls = z.strictObject({
  ca: file.optional().describe("authorities that sign the service's certificate; the system's when absent"),
  cert: file.optional().describe("the gateway's own certificate, for services that want to know who calls (mTLS)"),
  key: file.optional().describe("the key of the gateway's own certificate"),
  serverName: z
    .string()
    .min(1, 'a name that is not empty')
    .optional()
    .describe("the name in the service's certificate; the URL's host when absent"),
});

export type ServiceTls = z.output<typeof serviceTls>;

/** Its files, by their keys. */
export function tlsFiles({ ca, cert, key }: ServiceTls): readonly (readonly ['ca' | 'cert' | 'key', string])[] {
  return Object.entries({ ca, cert, key }).flatMap(([name, path]) =>
    path === undefined ? [] : [[name as 'ca' | 'cert' | 'key', path] as const],
  );
}

/** What contradicts itself in the TLS settings of the service at a URL; undefined where nothing does. */
export function findTlsFault(
  at: ConfigPath,
  { url, tls }: { readonly url?: string | undefined; readonly tls?: ServiceTls | undefined },
): { readonly path: ConfigPath; readonly message: string; readonly remedy: string } | undefined {
  if (tls === undefined) return undefined;
  const path = [...at, 'tls'];
  const here = path.join('.');
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    const [given, missing] = tls.cert === undefined ? ['key', 'cert'] : ['cert', 'key'];
    return { path, message: `${here} has a ${given} and no ${missing}.`, remedy: `Give it ${missing}, too.` };
  }
  if (url === undefined || TLS_SCHEMES.some((scheme) => url.startsWith(`${scheme}:`))) return undefined;
  const schemes = TLS_SCHEMES.map((scheme) => `${scheme}:`).join(', ');
  const remedy = `Begin the URL with one of ${schemes} or take tls out.`;
  return {
    path,
    message: `${here} is for services that are spoken to over TLS, and the URL of this one says otherwise.`,
    remedy,
  };
}
