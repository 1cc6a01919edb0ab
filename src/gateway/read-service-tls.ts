import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Config } from '../config/schema.ts';
import { type ServiceTls, tlsFiles } from '../config/service-tls.ts';
import { toDisplayName } from '../config/source-file.ts';
import { ProblemsError } from '../errors/problem.ts';
import type { TlsFiles } from '../sources/bound/tls-files.ts';

type SubgraphConfig = NonNullable<Config['graph']['subgraphs']>[string];

/**
 * The certificates of a subgraph's services, by their `@source(name:)`; undefined for its own. They are read anew with each
 * engine. Throws ProblemsError where they cannot be used.
 */
export async function readServiceTls(
  name: string,
  config: SubgraphConfig | undefined,
): Promise<(source: string | undefined) => TlsFiles | undefined> {
  const sources = Object.entries(config?.sources ?? {}).map(([source, { tls }]) => [source, tls] as const);
  const settings: readonly (readonly [string | undefined, ServiceTls | undefined])[] = [
    [undefined, config?.tls],
    ...sources,
  ];
  const read = settings.map(async ([source, tls]) => {
    return [source, tls === undefined ? undefined : await readTls(name, tls)] as const;
  });
  const files = new Map(await Promise.all(read));
  return (source) => files.get(source);
}

async function readTls(subgraph: string, tls: ServiceTls): Promise<TlsFiles> {
  const { ca, cert, key } = tls;
  const read = async (file: string | undefined) => (file === undefined ? undefined : readFile(file));
  const [caText, certText, keyText] = await Promise.all([read(ca), read(cert), read(key)]);
  const files = { ca: caText, cert: certText, key: keyText, serverName: tls.serverName };
  try {
    createSecureContext({ ca: caText, cert: certText, key: keyText });
    return files;
  } catch (cause) {
    const named = tlsFiles(tls).map(([, file]) => toDisplayName(file));
    throw new ProblemsError([
      {
        severity: 'error',
        code: 'TLS_UNUSABLE',
        message: `The certificates of "${subgraph}" cannot be used: ${cause instanceof Error ? cause.message : String(cause)}.`,
        remedy: 'Files are PEM: ca and cert hold certificates, key the private key that belongs to cert.',
        subgraph,
        places: named.map((file) => ({ file, line: 1, column: 1 })),
      },
    ]);
  }
}
