import { type ConstDirectiveNode, type ConstValueNode, Kind, valueFromASTUntyped } from 'graphql';
import { suggestName } from './did-you-mean.ts';
import { isObject } from './expression-value.ts';
import {
  type FederationVersion,
  directivesOf,
  isFederationVersion,
  newestFederation,
  sinceVersion,
} from './federation-directives.ts';
import type { Report } from './report.ts';
import type { TypeIndex } from './type-index.ts';

const federationUrl = 'https://specs.apollo.dev/federation/';
const importableTypes: ReadonlySet<string> = new Set(['FieldSet', 'Scope', 'Policy', 'ContextFieldValue']);

/** What a schema's `@link` to the Federation specification says. */
export type FederationLink = {
  readonly node: ConstDirectiveNode;
  readonly version: FederationVersion;
  /** The `as:` of the link: `@as__key` is the specification's `@key`. */
  readonly namespace: string;
  /** Directive names as the schema writes them → the specification's. */
  readonly names: ReadonlyMap<string, string>;
};

/** The schema's link to Federation; undefined where it has none. A wrong one is reported and read as far as it can be. */
export function readFederationLink(index: TypeIndex, report: Report): FederationLink | undefined {
  const links = index.schemaDirectives.filter(
    (node) => node.name.value === 'link' && urlOf(node).startsWith(federationUrl),
  );
  const [node] = links;
  if (node === undefined) return undefined;
  if (links.length > 1) {
    report.error({
      code: 'INVALID_LINK_DIRECTIVE_USAGE',
      message: 'The schema has more than one @link to the Federation specification.',
      remedy: 'Keep one, with everything that is imported.',
      at: links,
    });
  }
  const version = readVersion(node, report);
  const namespace = stringArgument(node, 'as') ?? 'federation';
  const qualified = directivesOf(version).map((name) => [`${namespace}__${name}`, name] as const);
  return { node, version, namespace, names: new Map([...qualified, ...readImports(node, version, report)]) };
}

function readVersion(node: ConstDirectiveNode, report: Report): FederationVersion {
  const version = urlOf(node).slice(federationUrl.length);
  if (isFederationVersion(version)) return version;
  report.error({
    code: 'UNKNOWN_FEDERATION_LINK_VERSION',
    message: `Federation "${version}" is not known here.`,
    remedy: `Link a version from v2.0 to ${newestFederation}.`,
    at: node,
  });
  return newestFederation;
}

function readImports(
  node: ConstDirectiveNode,
  version: FederationVersion,
  report: Report,
): readonly (readonly [string, string])[] {
  const value = node.arguments?.find((argument) => argument.name.value === 'import')?.value;
  const items: readonly ConstValueNode[] = value === undefined ? [] : value.kind === Kind.LIST ? value.values : [value];
  return items.flatMap((item) => {
    const imported = toImport(item);
    const fault = imported === undefined ? 'is a name, or { name, as }' : faultOfImport(imported, version);
    if (fault !== undefined) {
      const name = imported === undefined ? 'An import' : `The import "${imported.name}"`;
      const remedy =
        imported === undefined
          ? 'Write "@key", or { name: "@key", as: "@primaryKey" }.'
          : suggestImport(imported, version);
      report.error({ code: 'INVALID_LINK_DIRECTIVE_USAGE', message: `${name} ${fault}.`, remedy, at: item });
      return [];
    }
    return imported?.name.startsWith('@') === true ? [[imported.as.slice(1), imported.name.slice(1)] as const] : [];
  });
}

type Import = { readonly name: string; readonly as: string };

function toImport(node: ConstValueNode): Import | undefined {
  const value: unknown = valueFromASTUntyped(node);
  if (typeof value === 'string') return { name: value, as: value };
  if (!isObject(value) || typeof value['name'] !== 'string') return undefined;
  const as = value['as'] ?? value['name'];
  return typeof as === 'string' ? { name: value['name'], as } : undefined;
}

function faultOfImport({ name, as }: Import, version: FederationVersion): string | undefined {
  if (name.startsWith('@') !== as.startsWith('@'))
    return `cannot be called "${as}": both begin with "@", or neither does`;
  if (!name.startsWith('@')) return importableTypes.has(name) ? undefined : `is not in Federation ${version}`;
  return directivesOf(version).includes(name.slice(1)) ? undefined : `is not in Federation ${version}`;
}

function suggestImport({ name, as }: Import, version: FederationVersion): string {
  const isDirective = name.startsWith('@');
  if (isDirective !== as.startsWith('@')) return `Write as: "${isDirective ? `@${as}` : as.slice(1)}".`;
  const brought = isDirective ? sinceVersion(name.slice(1)) : undefined;
  if (brought !== undefined) return `Link Federation ${brought} or newer.`;
  return suggestName(name, isDirective ? directivesOf(version).map((known) => `@${known}`) : importableTypes);
}

function urlOf(node: ConstDirectiveNode): string {
  return stringArgument(node, 'url') ?? '';
}

function stringArgument(node: ConstDirectiveNode, name: string): string | undefined {
  const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
