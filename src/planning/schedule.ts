import type { FetchDraft } from './drafts.ts';
import type { PlanNode } from '../model/plan.ts';

/** Fetches that are sent as one request; `needs` are those that must have ended before. */
export type Step = { readonly node: PlanNode; readonly needs: ReadonlySet<Step> };

/** Steps in an order in which each begins as soon as what it needs has ended, as far as sequences can say it. */
export function schedule(steps: readonly Step[]): PlanNode | null {
  const parts = splitUnrelated(steps).map(scheduleRelated);
  return group('parallel', parts);
}

function scheduleRelated(steps: readonly Step[]): PlanNode {
  const all = new Set(steps);
  const isReady = ({ needs }: Step) => needs.isDisjointFrom(all);
  const ready = steps.filter(isReady);
  const first = group(
    'parallel',
    ready.map(({ node }) => node),
  );
  const rest = schedule(steps.filter((step) => !isReady(step)));
  const nodes = [first, rest].flatMap((node) => (node === null ? [] : node.kind === 'sequence' ? node.nodes : [node]));
  const sequence = group('sequence', nodes);
  if (ready.length === 0 || sequence === null) throw new Error('fetches of a plan need each other');
  return sequence;
}

/** null for nothing; groups in groups of their kind are one. */
export function group(kind: 'sequence' | 'parallel', nodes: readonly PlanNode[]): PlanNode | null {
  const flat = nodes.flatMap((node) => (node.kind === kind ? node.nodes : [node]));
  return flat.length > 1 ? { kind, nodes: flat } : (flat[0] ?? null);
}

/** Steps that have nothing to do with each other, neither directly nor through others. */
function splitUnrelated(steps: readonly Step[]): readonly (readonly Step[])[] {
  const groups = new Map<Step, Step[]>(steps.map((step) => [step, [step]]));
  for (const step of steps) {
    for (const needed of step.needs) {
      const [one, other] = [groups.get(step), groups.get(needed)];
      if (one === undefined || other === undefined || one === other) continue;
      one.push(...other);
      for (const moved of other) groups.set(moved, one);
    }
  }
  const order = new Map(steps.map((step, index) => [step, index]));
  const byOrder = (one: Step, other: Step) => (order.get(one) ?? 0) - (order.get(other) ?? 0);
  return [...new Set(groups.values())].map((related) => related.toSorted(byOrder));
}

/** How many fetches must have ended before each, one after the other. */
export function levelsOf(fetches: readonly FetchDraft[]): ReadonlyMap<FetchDraft, number> {
  const levels = new Map<FetchDraft, number>();
  const levelOf = (fetch: FetchDraft): number => {
    const known = levels.get(fetch);
    if (known !== undefined) return known;
    const level = Math.max(-1, ...[...fetch.needs].map(levelOf)) + 1;
    levels.set(fetch, level);
    return level;
  };
  for (const fetch of fetches) levelOf(fetch);
  return levels;
}
