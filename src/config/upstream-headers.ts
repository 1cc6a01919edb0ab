import type { ConfigPath } from './config-source.ts';
import type { Config } from './schema.ts';

type Upstream = NonNullable<Config['auth']['upstream']>;

/** A header of `auth.upstream` that may not be passed on. */
export type HeaderFault = {
  readonly code: 'INVALID_HEADER_NAME' | 'HEADER_NOT_FORWARDABLE' | 'HEADER_NAMED_TWICE';
  readonly path: ConfigPath;
  readonly message: string;
  readonly remedy: string;
};

// Connection-specific headers (RFC 9110, 7.6.1), what frames the message, and what says how to read it: the gateway's own.
const NOT_THE_CLIENTS = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The headers of `auth.upstream` that may not be passed on, forwarded ones and those made from claims. */
export function findHeaderFaults(upstream: Upstream = {}): HeaderFault[] {
  return Object.entries(upstream).flatMap(([subgraph, { forward = [], claims = {} }]) => {
    const at = ['auth', 'upstream', subgraph];
    const names = [
      ...forward.map((name, index) => ({ name, path: [...at, 'forward', index] })),
      ...Object.keys(claims).map((name) => ({ name, path: [...at, 'claims', name] })),
    ];
    const seen = new Set<string>();
    return names.flatMap(({ name, path }) => {
      const fault = faultOf(name, seen);
      seen.add(name.toLowerCase());
      return fault === undefined ? [] : [{ ...fault, path }];
    });
  });
}

function faultOf(name: string, seen: ReadonlySet<string>): Omit<HeaderFault, 'path'> | undefined {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
    return {
      code: 'INVALID_HEADER_NAME',
      message: `${JSON.stringify(name)} cannot be the name of a header.`,
      remedy: 'Use letters, digits and "-".',
    };
  }
  if (NOT_THE_CLIENTS.has(name.toLowerCase())) {
    const remedy = 'Take it away, or pass the value on under another name.';
    return {
      code: 'HEADER_NOT_FORWARDABLE',
      message: `The header "${name}" is the gateway's own: it belongs to the connection or the body.`,
      remedy,
    };
  }
  if (seen.has(name.toLowerCase())) {
    const remedy = 'Name it once: a client could else send what only the token may say.';
    return { code: 'HEADER_NAMED_TWICE', message: `The header "${name}" is named twice.`, remedy };
  }
  return undefined;
}
