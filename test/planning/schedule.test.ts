import { OperationTypeNode } from 'graphql';
import { expect, it } from 'vitest';
import type { PlanNode } from '../../src/model/plan.ts';
import { schedule, type Step } from '../../src/planning/schedule.ts';

function step(subgraph: string, ...needs: Step[]): Step {
  const node: PlanNode = {
    kind: 'fetch',
    subgraph,
    operationKind: OperationTypeNode.QUERY,
    operation: '',
    operationName: undefined,
    variables: [],
    outputRewrites: [],
  };
  return { node, needs: new Set(needs) };
}

function print(node: PlanNode | null): string {
  if (node?.kind === 'sequence') return node.nodes.map(print).join(' then ');
  if (node?.kind === 'parallel') return `(${node.nodes.map(print).join(' beside ')})`;
  return node?.kind === 'fetch' ? node.subgraph : 'nothing';
}

it('lets what is unrelated run beside each other, each at its own pace', () => {
  const [a, b] = [step('a'), step('b')];
  expect(print(schedule([a, b, step('c', a), step('d', b)]))).toBe('(a then c beside b then d)');
});

it('lets a step wait for all that it needs', () => {
  const [a, b] = [step('a'), step('b')];
  expect(print(schedule([a, b, step('c', a, b)]))).toBe('(a beside b) then c');
});

it('makes nothing of nothing', () => {
  expect(print(schedule([]))).toBe('nothing');
});
