import type { Todo } from '../draft.ts';
import { childOf, childrenOf, type Description, fieldsOf, textOf } from '../description.ts';
import { fillInVariables } from '../server-url.ts';

/** What the gateway's config needs to call the service, as lines for people: its URL, and how callers are known to it. */
export function describeConfig(description: Description, subgraph: string): readonly string[] {
  const { root } = description;
  const server = childOf(root, 'servers', 0);
  const url = server === undefined ? undefined : tidyUrl(fillInVariables(textOf(server, 'url') ?? '', server));
  const others = childrenOf(childOf(root, 'servers'))
    .slice(1, MOST_SERVERS)
    .map(([, other]) => tidyUrl(fillInVariables(textOf(other, 'url') ?? '', other)));
  const isWhole = url !== undefined && /^https?:/.test(url);
  const schemes = schemesOf(description).flatMap((scheme) => describeScheme(scheme, subgraph));
  return [
    `graph.subgraphs.${subgraph}.url: ${isWhole ? [url, ...others].join(', or ') : `the service’s URL${url === undefined || url === '' ? '' : `, ending with ${url}`}`}`,
    ...new Set(schemes),
  ];
}

/** More are one for each customer or region. */
const MOST_SERVERS = 3;

function tidyUrl(url: string): string {
  return url.replace(/^\/\/[^/]*/, '').replace(/\/$/, '');
}

/** The headers by which the service knows its callers, in small letters. */
export function credentialHeaders(description: Description): ReadonlySet<string> {
  return new Set(schemesOf(description).flatMap((scheme) => headerOf(scheme) ?? []));
}

/** What they get is a decision of the config. */
export function securityTodos(description: Description): readonly Todo[] {
  const headers = credentialHeaders(description);
  if (headers.size === 0) return [];
  const names = [...headers].join(' and ');
  return [
    {
      kind: 'security',
      text: `the service knows its callers by ${names}: say in the config (auth.upstream) what it gets`,
    },
  ];
}

function schemesOf(description: Description): readonly Scheme[] {
  const schemes = childrenOf(childOf(description.root, 'components', 'securitySchemes'));
  return schemes.map(([, scheme]) => fieldsOf(description.follow(scheme) ?? scheme));
}

type Scheme = Readonly<Record<string, unknown>>;

function headerOf(scheme: Scheme): string | undefined {
  switch (scheme['type']) {
    case 'http':
    case 'oauth2':
    case 'openIdConnect':
      return 'authorization';
    case 'apiKey':
      if (scheme['in'] === 'cookie') return 'cookie';
      return scheme['in'] === 'header' && typeof scheme['name'] === 'string' ? scheme['name'].toLowerCase() : undefined;
    default:
      return undefined;
  }
}

function describeScheme(scheme: Scheme, subgraph: string): readonly string[] {
  const header = headerOf(scheme);
  if (header !== undefined)
    return [`auth.upstream.${subgraph}: { forward: [${header}] }, if callers bring what the service knows them by`];
  if (scheme['type'] !== 'apiKey') return [];
  const variable = `${subgraph.toUpperCase().replaceAll('-', '_')}_KEY`;
  return [
    `graph.subgraphs.${subgraph}.url: its query goes with every call: …?${String(scheme['name'])}=\${${variable}}`,
  ];
}
