import { childOf, childrenOf, type Description, fieldsOf, isRecord, textOf } from '../description.ts';

/** What the gateway's config needs to call the service, as lines for people: its URL, and how callers are known to it. */
export function describeConfig(description: Description, subgraph: string): readonly string[] {
  const { root } = description;
  const server = childOf(root, 'servers', 0);
  const url = server === undefined ? undefined : fillIn(textOf(server, 'url') ?? '', fieldsOf(server)['variables']);
  const isWhole = url !== undefined && /^https?:/.test(url);
  const schemes = childrenOf(childOf(root, 'components', 'securitySchemes')).flatMap(([, scheme]) =>
    describeScheme(fieldsOf(description.follow(scheme) ?? scheme), subgraph),
  );
  return [
    `graph.subgraphs.${subgraph}.url: ${isWhole ? url : `the service’s URL${url === undefined || url === '' ? '' : `, ending with ${url}`}`}`,
    ...new Set(schemes),
  ];
}

function fillIn(url: string, variables: unknown): string {
  return url
    .replaceAll(/\{([^}]+)\}/g, (place, name: string) => {
      const variable = isRecord(variables) ? variables[name] : undefined;
      return isRecord(variable) && typeof variable['default'] === 'string' ? variable['default'] : place;
    })
    .replace(/^\/\/[^/]*/, '')
    .replace(/\/$/, '');
}

function describeScheme(scheme: Readonly<Record<string, unknown>>, subgraph: string): readonly string[] {
  const forward = (header: string): string =>
    `auth.upstream.${subgraph}: { forward: [${header}] }, if callers bring what the service knows them by`;
  const name = typeof scheme['name'] === 'string' ? scheme['name'] : '';
  switch (scheme['type']) {
    case 'http':
    case 'oauth2':
    case 'openIdConnect':
      return [forward('authorization')];
    case 'apiKey':
      if (scheme['in'] === 'header') return [forward(name.toLowerCase())];
      if (scheme['in'] === 'cookie') return [forward('cookie')];
      return [
        `graph.subgraphs.${subgraph}.url: its query goes with every call: …?${name}=\${${subgraph.toUpperCase()}_KEY}`,
      ];
    default:
      return [];
  }
}
