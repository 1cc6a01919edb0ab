import type { DocumentNode } from 'graphql';
import type { Place, Problem } from '../errors/problem.ts';
import type { SubgraphInput, SubgraphKind, SubgraphSchema } from '../model/subgraph.ts';
import { readBound } from './bound-reading.ts';
import { findUrlFaults } from './check-urls.ts';
import { buildSubgraphSchema } from './build-schema.ts';
import { readCallGraph } from './call-graph.ts';
import { checkDirectives } from './check-directives.ts';
import { type DirectiveReading, readingOf } from './directive-reading.ts';
import { builtInFor, callDirectives } from './directives/built-in.ts';
import { readStitching } from './directives/stitching.ts';
import { type EntityKey, readEntityKeys } from './entity-keys.ts';
import { toExecutableDocument } from './executable-document.ts';
import { readFederation } from './federation.ts';
import { toFederationDocument } from './federation-document.ts';
import { knownDirectives } from './known-directives.ts';
import { parseSources } from './parse-sources.ts';
import { readPolicies } from './policies.ts';
import { readConstraints } from './read-constraints.ts';
import { createReport, type Report, toPlace } from './report.ts';
import { indexTypes, type TypeIndex } from './type-index.ts';

export type SubgraphReading = {
  readonly subgraph: SubgraphSchema | undefined;
  readonly problems: readonly Problem[];
};

/**
 * Reads one subgraph's files: SDL of Federation 1 or 2 with the built-in directives, and its .proto files. Everything
 * that is wrong is reported at once, with hints at what is dear; the subgraph is undefined if anything is wrong.
 */
export function readSubgraph(input: SubgraphInput): SubgraphReading {
  const report = createReport(input.name);
  const document = parseSources(input.schema, report);
  const subgraph = document === undefined ? undefined : readDocument(input, document, report);
  const { problems } = report;
  const isSound = problems.every(({ severity }) => severity === 'hint');
  return { subgraph: isSound ? subgraph : undefined, problems };
}

function readDocument(input: SubgraphInput, document: DocumentNode, report: Report): SubgraphSchema | undefined {
  const index = indexTypes(document);
  const federation = readFederation(document, index, builtInFor(input.kind), report);
  const keys = readEntityKeys(index, federation, report);
  const schema = buildSubgraphSchema(toExecutableDocument(document, { index, federation, keys }), report);
  const valid = checkDirectives(document, { known: knownDirectives(index, federation, schema), federation, report });
  const reading = readingOf(valid, federation);
  const kind = kindOf(input, index, reading);
  const bound = readBound(kind, { input, index, federation, keys, reading, report });
  if (kind === 'stitched') readStitching(document).faults.forEach(report.error);
  const bindings = [...bound.fieldBindings.values(), ...bound.entityBindings.values()];
  findUrlFaults(kind, input, bindings).forEach(report.error);
  const policies = readPolicies(index, reading, report);
  const constraints = readConstraints(index, reading, report);
  if (schema === undefined) return undefined;
  return {
    name: input.name,
    kind,
    url: input.url,
    document,
    federationDocument: toFederationDocument(document, federation),
    schema,
    ...bound,
    keys: resolvableKeys(keys),
    ...policies,
    constraints,
    callGraph: readCallGraph({ index, federation, keys, reading, bindings }),
    placeOf: placesOf(index),
  };
}

/** A subgraph whose schema says how one of its fields is called is bound; without calls it is a GraphQL service. */
function kindOf(input: SubgraphInput, index: TypeIndex, reading: DirectiveReading): SubgraphKind {
  if (input.kind !== 'auto') return input.kind;
  const places = [...index.types.values()].flatMap((entry) => [
    entry.directives,
    ...[...entry.fields.values()].map((field) => field.directives),
  ]);
  return places.some((directives) => [...callDirectives].some((name) => reading.isUsed(directives, name)))
    ? 'bound'
    : 'graphql';
}

function resolvableKeys(keys: ReadonlyMap<string, readonly EntityKey[]>): SubgraphSchema['keys'] {
  const resolvable = [...keys].map(([name, entityKeys]) => {
    const fields = entityKeys.filter(({ isResolvable }) => isResolvable).map((key) => key.fields);
    return [name, fields] as const;
  });
  return new Map(resolvable.filter(([, fields]) => fields.length > 0));
}

function placesOf(index: TypeIndex): (coordinate: string) => Place | undefined {
  return (coordinate) => {
    const [typeName = '', fieldName] = coordinate.split('.');
    const entry = index.types.get(typeName);
    const node =
      fieldName === undefined ? entry?.nodes[0] : (entry?.fields.get(fieldName) ?? entry?.inputFields.get(fieldName));
    return node === undefined ? undefined : toPlace(node);
  };
}
