import { checkOperation, testGraph } from '../execution/test-graph.ts';
import { printPlan } from '../../src/planning/print-plan.ts';
import type { QueryPlan } from '../../src/model/plan.ts';

/** A planner over subgraphs written as SDL. */
export function planner(subgraphs: Readonly<Record<string, string>>) {
  const graph = testGraph(Object.fromEntries(Object.entries(subgraphs).map(([name, sdl]) => [name, { sdl }])));
  const plan = (query: string): QueryPlan => graph.planner.plan(checkOperation(query));
  return { plan, print: (query: string) => printPlan(plan(query)) };
}
