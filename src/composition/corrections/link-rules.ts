import { visit } from 'graphql';
import type { ConstDirectiveNode } from 'graphql';
import type { Place, Problem } from '../../errors/problem.ts';
import { stringArgument } from '../federated-subgraph.ts';
import type { FederatedSubgraph } from '../federated-subgraph.ts';
import { remedyFor } from '../remedies.ts';
import { readSpecLinks } from '../spec-links.ts';
import type { Correction } from './correction.ts';

// Directives that stand in the supergraph, under one name for all.
const MERGED = ['tag', 'inaccessible', 'authenticated', 'requiresScopes', 'policy', 'cost', 'listSize'];

/**
 * `@theguild/federation-composition` 0.27.0 accepts a merged directive that two subgraphs import under different names,
 * a `@link(as:)` that cannot prefix names, and a `@composeDirective(name:)` without its `@`, which composes nothing.
 */
export const linkRules: Correction = {
  *check({ subgraphs }) {
    for (const own of MERGED) yield* importNames(own, subgraphs);
    for (const subgraph of subgraphs) {
      for (const directive of subgraph.index.schemaDirectives) {
        if (directive.name.value === 'link') yield* prefixes(directive, subgraph);
      }
      yield* composedNames(subgraph);
    }
  },
};

function* importNames(own: string, subgraphs: readonly FederatedSubgraph[]): Generator<Problem> {
  const importing = subgraphs.flatMap((subgraph) => {
    const link = readSpecLinks(subgraph.schema.federationDocument).find(({ feature }) => feature === 'federation');
    const local = link?.imports.get(own);
    return local === undefined ? [] : [{ subgraph, local }];
  });
  if (new Set(importing.map(({ local }) => local)).size < 2) return;
  const imports = importing.filter(({ subgraph, local }) => isApplied(local, subgraph));
  if (new Set(imports.map(({ local }) => local)).size < 2) return;
  const named = imports.map(({ subgraph, local }) => `"@${local}" in "${subgraph.name}"`).join(', ');
  yield {
    severity: 'error',
    code: 'LINK_IMPORT_NAME_MISMATCH',
    message: `"@${own}" is imported under several names: ${named}.`,
    remedy: remedyFor('LINK_IMPORT_NAME_MISMATCH'),
    places: imports.flatMap(({ subgraph }) =>
      subgraph.index.schemaDirectives.filter(isFederationLink).flatMap(placeOf),
    ),
  };
}

function isApplied(local: string, { schema }: FederatedSubgraph): boolean {
  let isFound = false;
  visit(schema.federationDocument, {
    Directive: ({ name }) => {
      isFound ||= name.value === local;
    },
  });
  return isFound;
}

function isFederationLink(directive: ConstDirectiveNode): boolean {
  return stringArgument(directive, 'url')?.startsWith('https://specs.apollo.dev/federation/') ?? false;
}

function* prefixes(link: ConstDirectiveNode, { name }: FederatedSubgraph): Generator<Problem> {
  const prefix = stringArgument(link, 'as');
  if (prefix === undefined || (/^[A-Za-z]\w*$/.test(prefix) && !prefix.includes('__') && !prefix.endsWith('_'))) return;
  yield {
    severity: 'error',
    code: 'INVALID_LINK_IDENTIFIER',
    message: `@link(as: ${JSON.stringify(prefix)}) cannot prefix names: expected a name without "__" that does not end in "_".`,
    remedy: 'Choose another name, or leave `as` out.',
    subgraph: name,
    places: placeOf(link),
  };
}

function* composedNames({ index, directives, name }: FederatedSubgraph): Generator<Problem> {
  for (const composed of directives({ directives: index.schemaDirectives }, 'composeDirective')) {
    const directive = stringArgument(composed, 'name');
    if (directive === undefined || directive.startsWith('@')) continue;
    yield {
      severity: 'error',
      code: 'DIRECTIVE_COMPOSITION_ERROR',
      message: `@composeDirective(name: ${JSON.stringify(directive)}) names no directive: its name begins with "@".`,
      remedy: `Write @composeDirective(name: ${JSON.stringify(`@${directive}`)}).`,
      subgraph: name,
      places: placeOf(composed),
    };
  }
}

function placeOf({ loc }: ConstDirectiveNode): readonly Place[] {
  if (loc === undefined) return [];
  return [{ file: loc.source.name, line: loc.startToken.line, column: loc.startToken.column }];
}
