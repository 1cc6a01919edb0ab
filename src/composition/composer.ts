import { composeServices } from '@theguild/federation-composition';
import type { DocumentNode } from 'graphql';
import type { Problem } from '../errors/problem.ts';
import type { SubgraphSchema } from '../model/subgraph.ts';
import { composerCrash } from './composer-crash.ts';
import { toProblem } from './composition-problem.ts';
import type { Correction } from './corrections/correction.ts';
import { toFederatedGraph, withSchemas } from './federated-graph.ts';
import type { FederatedGraph } from './federated-graph.ts';
import { isPlainlySatisfiable } from './is-plainly-satisfiable.ts';
import { explainSatisfiability } from './satisfiability.ts';

type Composed =
  | { readonly kind: 'composed'; readonly supergraph: DocumentNode }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[]; readonly hasCrashed: boolean };

/** Composes with the composer as it is, corrected. `graph` is what was composed. */
export function composeCorrected(
  subgraphs: readonly SubgraphSchema[],
  corrections: readonly Correction[],
): { readonly supergraph: DocumentNode; readonly graph: FederatedGraph } | { readonly problems: readonly Problem[] } {
  const graph = readAll(subgraphs);
  if (graph === undefined) return { problems: failureOf(compose(subgraphs, [])) };
  const found = corrections.flatMap(({ check }) => [...(check?.(graph) ?? [])]);
  const prepared = corrections.reduce(
    (given, { prepare }) => (prepare === undefined ? given : withSchemas(given, prepare(given))),
    graph,
  );
  const composed = composeOrRephrase(prepared, corrections);
  if (composed.kind === 'composed' && found.length === 0) {
    const finish = (made: DocumentNode, correction: Correction) => correction.finish?.(made, prepared) ?? made;
    return { supergraph: corrections.reduce(finish, composed.supergraph), graph };
  }
  const said = composed.kind === 'composed' || (composed.hasCrashed && found.length > 0) ? [] : composed.problems;
  const amended = corrections.reduce((problems, { amend }) => amend?.(problems, graph) ?? problems, said);
  // Nothing is composed, so something is said: if need be, what a correction would not say.
  const kept = amended.length + found.length > 0 ? amended : said;
  const explained = kept.map((problem) => explainSatisfiability(problem, graph.subgraphs));
  return { problems: withoutRepetitions(found, explained) };
}

// What is no document at all is left to the composer to complain about.
function readAll(subgraphs: readonly SubgraphSchema[]): FederatedGraph | undefined {
  try {
    return toFederatedGraph(subgraphs);
  } catch {
    return undefined;
  }
}

function composeOrRephrase(graph: FederatedGraph, corrections: readonly Correction[]): Composed {
  const composed = composeGraph(graph, []);
  if (composed.kind === 'composed') return composed;
  let [given, problems, proven]: [FederatedGraph, readonly Problem[], readonly string[]] = [
    graph,
    composed.problems,
    [],
  ];
  for (const { rephrase } of corrections) {
    const rephrased = rephrase?.(problems, given);
    if (rephrased === undefined) continue;
    given = withSchemas(given, rephrased.schemas);
    proven = [...proven, ...(rephrased.proven ?? [])];
    const again = composeGraph(given, proven);
    if (again.kind === 'composed') return again;
    ({ problems } = again);
  }
  return composed; // what it says is about the subgraphs as their teams wrote them
}

function composeGraph(graph: FederatedGraph, proven: readonly string[]): Composed {
  const schemas = graph.subgraphs.map(({ schema }) => schema);
  return compose(schemas, isPlainlySatisfiable(graph) ? [...proven, 'SatisfiabilityRule'] : [...proven]);
}

/** `proven` names rules of the composer whose outcome is known. */
function compose(subgraphs: readonly SubgraphSchema[], proven: string[]): Composed {
  try {
    const services = subgraphs.map(({ name, federationDocument, url }) => ({
      name,
      typeDefs: federationDocument,
      ...(url === undefined ? {} : { url }),
    }));
    const result = composeServices(services, { disableValidationRules: proven });
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
