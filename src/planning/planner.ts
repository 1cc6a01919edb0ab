import { DEFAULT_LIMITS } from '../config/limits.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { ProblemsError } from '../errors/problem.ts';
import type { CheckedOperation } from '../model/operation.ts';
import type { QueryPlan } from '../model/plan.ts';
import type { Supergraph } from '../model/supergraph.ts';
import { indexGraph, type FieldIn, type GraphIndex } from './graph-index.ts';
import { planOperation } from './plan-operation.ts';
import { Planning } from './planning.ts';
import { FieldsAt } from './fields-at.ts';
import { Routes } from './routes.ts';
import { createScopes } from './scope.ts';
import { createCollectWants } from './wants.ts';

/** Turns operations over one supergraph into query plans. */
export type Planner = {
  /** Throws GatewayError: OPERATION_TOO_COSTLY for an operation that takes too much planning. */
  readonly plan: (operation: CheckedOperation, overrides?: ActiveOverrides) => QueryPlan;
  /** What `@override(label:)` names in the supergraph: labels, and the numbers of `percent(…)`. */
  readonly overrides: { readonly labels: readonly string[]; readonly percentages: readonly number[] };
};

/** Which progressive overrides are followed: those of the labels, and each `percent(n)` with n above `percent`. */
export type ActiveOverrides = { readonly labels: ReadonlySet<string>; readonly percent: number };

const NO_OVERRIDES: ActiveOverrides = { labels: new Set(), percent: 100 };

export type PlannerSettings = {
  /** How many fields and types the planning of one operation may look at; `limits.planning`. */
  readonly limit?: number | undefined;
};

/** Throws ProblemsError for a supergraph that cannot be planned over. */
export function createPlanner(
  supergraph: Supergraph,
  { limit = DEFAULT_LIMITS.planning }: PlannerSettings = {},
): Planner {
  const index = readIndex(supergraph.sdl);
  const labels = readLabels(index);
  const routesOf = createRoutesByOverrides(index, labels);
  return {
    overrides: toOverrides(labels),
    plan(operation, overrides = NO_OVERRIDES) {
      const scopes = createScopes(index);
      const tools = { index, scopes, ...routesOf(overrides), collect: createCollectWants(scopes) };
      const { root, responseKeys } = planned(() => planOperation(new Planning(tools, limit), operation));
      return { root, responseKeys, possibleTypes: index.possibleTypes };
    },
  };
}

function planned<T>(plan: () => T): T {
  try {
    return plan();
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new GatewayError('INTERNAL_ERROR', 'The operation could not be planned.', { detail, cause });
  }
}

function readIndex(sdl: string): GraphIndex {
  try {
    return indexGraph(sdl);
  } catch (cause) {
    const message = `The query planner cannot read the supergraph: ${cause instanceof Error ? cause.message : String(cause)}`;
    const remedy = 'Compose it again, with a composer that writes supergraphs of the join specification.';
    throw new ProblemsError([{ severity: 'error', code: 'INVALID_SUPERGRAPH', message, remedy, places: [] }]);
  }
}

function readLabels({ types }: GraphIndex): ReadonlySet<string> {
  const labels = new Set<string>();
  for (const { fields } of types.values()) {
    for (const { subgraphs } of fields.values()) {
      for (const { label } of subgraphs.values()) if (label !== undefined) labels.add(label.name);
    }
  }
  return labels;
}

const PERCENT = /^percent\((\d+(?:\.\d+)?)\)$/;

function toOverrides(names: ReadonlySet<string>): Planner['overrides'] {
  const percentages = [...names].flatMap((name) => PERCENT.exec(name)?.[1] ?? []).map(Number);
  return { labels: [...names].filter((name) => !PERCENT.test(name)), percentages };
}

/** Ways depend on the overrides that are followed; what was found is kept for each choice of them. */
function createRoutesByOverrides(index: GraphIndex, labels: ReadonlySet<string>) {
  const known = new Map<string, { readonly fields: FieldsAt; readonly routes: Routes }>();
  return (overrides: ActiveOverrides) => {
    const followed = new Set([...labels].filter((name) => isFollowed(name, overrides)));
    const key = [...followed].join('\n');
    const found = known.get(key);
    if (found !== undefined) return found;
    const fields = new FieldsAt(index, isActive(followed));
    const created = { fields, routes: new Routes(index, fields) };
    if (known.size < MAX_CHOICES) known.set(key, created);
    return created;
  };
}

const MAX_CHOICES = 64;

const isActive =
  (followed: ReadonlySet<string>) =>
  ({ label }: FieldIn): boolean =>
    label === undefined || label.isFollowed === followed.has(label.name);

function isFollowed(name: string, { labels, percent }: ActiveOverrides): boolean {
  const bound = PERCENT.exec(name)?.[1];
  return bound === undefined ? labels.has(name) : percent < Number(bound);
}
