import { composeServices } from '@theguild/federation-composition';
import type { DocumentNode } from 'graphql';
import type { Problem } from '../errors/problem.ts';
import type { SubgraphSchema } from '../model/subgraph.ts';
import { composerCrash } from './composer-crash.ts';
import { toProblem } from './composition-problem.ts';
import type { Correction } from './corrections/correction.ts';
import { explainSatisfiability } from './satisfiability.ts';
import { toFederated } from './federated-subgraph.ts';
import type { FederatedSubgraph } from './federated-subgraph.ts';

type Composed =
  | { readonly kind: 'composed'; readonly supergraph: DocumentNode }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[]; readonly hasCrashed: boolean };

/** Composes with the composer as it is, corrected. */
export function composeCorrected(
  subgraphs: readonly SubgraphSchema[],
  corrections: readonly Correction[],
): { readonly supergraph: DocumentNode } | { readonly problems: readonly Problem[] } {
  const federated = readAll(subgraphs);
  if (federated === undefined) return { problems: failureOf(compose(subgraphs)) };
  const found = corrections.flatMap(({ check }) => [...(check?.(federated) ?? [])]);
  const prepared = corrections.reduce((given, { prepare }) => prepare?.(given).map(toFederated) ?? given, federated);
  const composed = composeOrRephrase(prepared, corrections);
  if (composed.kind === 'composed' && found.length === 0)
    return {
      supergraph: corrections.reduce((made, { finish }) => finish?.(made, prepared) ?? made, composed.supergraph),
    };
  const said = composed.kind === 'composed' || (composed.hasCrashed && found.length > 0) ? [] : composed.problems;
  const amended = corrections.reduce((problems, { amend }) => amend?.(problems, federated) ?? problems, said);
  // Nothing is composed, so something is said: if need be, what a correction would not say.
  const kept = amended.length + found.length > 0 ? amended : said;
  const explained = kept.map((problem) => explainSatisfiability(problem, federated));
  return { problems: withoutRepetitions(found, explained) };
}

// What is no document at all is left to the composer to complain about.
function readAll(subgraphs: readonly SubgraphSchema[]): readonly FederatedSubgraph[] | undefined {
  try {
    return subgraphs.map(toFederated);
  } catch {
    return undefined;
  }
}

function composeOrRephrase(subgraphs: readonly FederatedSubgraph[], corrections: readonly Correction[]): Composed {
  const schemas = subgraphs.map(({ schema }) => schema);
  const composed = compose(schemas);
  if (composed.kind === 'composed') return composed;
  for (const { rephrase } of corrections) {
    const rephrased = rephrase?.(composed.problems, subgraphs);
    const again = rephrased === undefined ? composed : compose(rephrased);
    if (again.kind === 'composed') return again;
  }
  return composed;
}

function compose(subgraphs: readonly SubgraphSchema[]): Composed {
  try {
    const result = composeServices(
      subgraphs.map(({ name, federationDocument, url }) => ({
        name,
        typeDefs: federationDocument,
        ...(url === undefined ? {} : { url }),
      })),
    );
    if (result.errors === undefined) return { kind: 'composed', supergraph: result.supergraphDocumentNode };
    const problems = result.errors.map((error) => toProblem(error, subgraphs));
    return { kind: 'failed', problems, hasCrashed: false };
  } catch (error) {
    return { kind: 'failed', problems: composerCrash(error, subgraphs), hasCrashed: true };
  }
}

function failureOf(composed: Composed): readonly Problem[] {
  return composed.kind === 'failed' ? composed.problems : [];
}

// Where a correction and the composer say the same of the same, the correction says it better.
function withoutRepetitions(found: readonly Problem[], said: readonly Problem[]): readonly Problem[] {
  const isSame = (one: Problem) => (other: Problem) => one.code === other.code && one.coordinate === other.coordinate;
  const once = found.filter(
    (problem, index) =>
      found.findIndex((other) => isSame(problem)(other) && problem.message === other.message) === index,
  );
  return [...once, ...said.filter((problem) => problem.coordinate === undefined || !found.some(isSame(problem)))];
}
