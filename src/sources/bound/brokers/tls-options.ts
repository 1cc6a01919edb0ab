import type { TlsFiles } from '../tls-files.ts';

/** As Node's own TLS takes them; what is absent stays away, for libraries that look whether a key is there. */
export type TlsOptions = {
  readonly ca?: Buffer[];
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly servername?: string;
};

export function toTlsOptions({ ca, cert, key, serverName }: TlsFiles = {}): TlsOptions {
  return {
    ...(ca === undefined ? {} : { ca: [ca] }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}
