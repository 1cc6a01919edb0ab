import type { PlanNode } from '../model/plan.ts';
import { compileEntityFetch } from './compile-entity-fetch.ts';
import { compileFetch } from './compile-fetch.ts';
import { DONE } from './compile-source-call.ts';
import type { PlanCompilation, Step } from './run.ts';

/** A plan's nodes as functions that run them. A subscription's node is not run: it is opened. */
export function compilePlan(node: PlanNode | null, compilation: PlanCompilation): Step {
  if (node === null) return () => DONE;
  switch (node.kind) {
    case 'sequence':
      return compileSequence(node.nodes.map((inner) => compilePlan(inner, compilation)));
    case 'parallel':
      return compileParallel(node.nodes.map((inner) => compilePlan(inner, compilation)));
    case 'condition':
      return compileCondition(node, compilation);
    case 'fetch':
      return compileFetch(node, compilation);
    case 'entity-fetch':
      return compileEntityFetch(node, compilation);
    case 'subscription':
      throw new Error('a subscription stands below another step of the plan');
  }
}

function compileSequence(steps: readonly Step[]): Step {
  return async (run) => {
    for (const step of steps) await step(run);
  };
}

function compileParallel(steps: readonly Step[]): Step {
  return async (run) => {
    await Promise.all(steps.map((step) => step(run)));
  };
}

function compileCondition(node: Extract<PlanNode, { kind: 'condition' }>, compilation: PlanCompilation): Step {
  const ifTrue = compilePlan(node.ifTrue, compilation);
  const ifFalse = compilePlan(node.ifFalse, compilation);
  const { variable } = node;
  return (run) => (run.variables[variable] === true ? ifTrue(run) : ifFalse(run));
}
