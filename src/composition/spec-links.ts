import { Kind } from 'graphql';
import type { ConstDirectiveNode, ConstObjectValueNode, ConstValueNode, DocumentNode } from 'graphql';

/** A specification that a supergraph says it uses (`@link`, or the older `@core`). */
export type SpecLink = {
  /** The specification's own name: `join`, `authenticated` … */
  readonly feature: string;
  readonly url: string;
  /** What its names are prefixed with: `as`, or the feature's name. */
  readonly prefix: string;
  /** Own name → local name, both without `@`. */
  readonly imports: ReadonlyMap<string, string>;
  readonly purpose: string | undefined;
};

const APOLLO_SPECS = 'https://specs.apollo.dev/';

/** The `@link`s and `@core`s on a supergraph's schema definition and extensions. */
export function readSpecLinks(document: DocumentNode): readonly SpecLink[] {
  return document.definitions
    .filter((definition) => definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION)
    .flatMap((definition) => definition.directives ?? [])
    .filter((directive) => directive.name.value === 'link' || directive.name.value === 'core')
    .flatMap(readSpecLink);
}

/** The local name of a specification's directive, or undefined where the specification is not linked. */
export function directiveNameOf(links: readonly SpecLink[], feature: string): string | undefined {
  const link = links.find((candidate) => candidate.feature === feature && candidate.url.startsWith(APOLLO_SPECS));
  return link === undefined ? undefined : (link.imports.get(feature) ?? link.prefix);
}

/** Whether a type's or directive's name belongs to a linked specification, not to the graph. */
export function isMachinery(links: readonly SpecLink[], name: string): boolean {
  return links.some((link) => name.startsWith(`${link.prefix}__`) || importedNames(link).includes(name));
}

/** Whether a directive's name is a linked specification's own, e.g. `tag` of `…/tag/v0.3`. */
export function isMachineryDirective(links: readonly SpecLink[], name: string): boolean {
  return (
    isMachinery(links, name) || links.some((link) => link.prefix === name || [...link.imports.values()].includes(name))
  );
}

// Types that a team's own specification brings belong to the graph.
function importedNames(link: SpecLink): readonly string[] {
  return link.url.startsWith(APOLLO_SPECS) ? [...link.imports.values()] : [];
}

function readSpecLink(directive: ConstDirectiveNode): SpecLink[] {
  const url = stringOf(argument(directive, directive.name.value === 'core' ? 'feature' : 'url'));
  if (url === undefined) return [];
  const feature = featureName(url);
  const purpose = argument(directive, 'for');
  return [
    {
      feature,
      url,
      prefix: stringOf(argument(directive, 'as')) ?? feature,
      imports: readImports(argument(directive, 'import')),
      purpose: purpose?.kind === Kind.ENUM ? purpose.value : undefined,
    },
  ];
}

// `https://specs.apollo.dev/join/v0.3` → `join`; a URL without a version ends in the name.
function featureName(url: string): string {
  const segments = url
    .replace(/[?#].*$/, '')
    .split('/')
    .filter((segment) => segment !== '');
  const last = segments.at(-1) ?? '';
  return /^v\d+(\.\d+)?$/.test(last) ? (segments.at(-2) ?? last) : last;
}

function readImports(value: ConstValueNode | undefined): ReadonlyMap<string, string> {
  if (value?.kind !== Kind.LIST) return new Map();
  return new Map(value.values.flatMap(readImport).map(([name, local]) => [withoutAt(name), withoutAt(local)]));
}

function readImport(value: ConstValueNode): [string, string][] {
  if (value.kind === Kind.STRING) return [[value.value, value.value]];
  if (value.kind !== Kind.OBJECT) return [];
  const name = stringOf(property(value, 'name'));
  return name === undefined ? [] : [[name, stringOf(property(value, 'as')) ?? name]];
}

const withoutAt = (name: string): string => name.replace(/^@/, '');

function property(value: ConstObjectValueNode, name: string): ConstValueNode | undefined {
  return value.fields.find((field) => field.name.value === name)?.value;
}

function argument(directive: ConstDirectiveNode, name: string): ConstValueNode | undefined {
  return directive.arguments?.find((candidate) => candidate.name.value === name)?.value;
}

function stringOf(value: ConstValueNode | undefined): string | undefined {
  return value?.kind === Kind.STRING ? value.value : undefined;
}
