import { OperationTypeNode } from 'graphql';
import { expect, it } from 'vitest';
import { fetchesOf } from '../../src/execution/find-service.ts';
import type { FetchNode, PlanNode } from '../../src/model/plan.ts';

const fetch = (subgraph: string): FetchNode => ({
  kind: 'fetch',
  subgraph,
  operationKind: OperationTypeNode.QUERY,
  operation: '{ a }',
  operationName: undefined,
  variables: [],
  outputRewrites: [],
});
const sequence = (...nodes: PlanNode[]): PlanNode => ({ kind: 'sequence', nodes });
const parallel = (...nodes: PlanNode[]): PlanNode => ({ kind: 'parallel', nodes });

it.each([
  ['steps that follow each other', sequence(fetch('a'), fetch('b')), ['a', 'b']],
  [
    'what begins at once before what waits for another',
    parallel(sequence(fetch('a'), fetch('b')), fetch('c')),
    ['a', 'c', 'b'],
  ],
  [
    'both sides of a condition',
    sequence(
      fetch('a'),
      parallel(
        { kind: 'condition', variable: 'v', ifTrue: sequence(fetch('b'), fetch('c')), ifFalse: fetch('d') },
        sequence(fetch('e'), fetch('f')),
      ),
      fetch('g'),
    ),
    ['a', 'b', 'd', 'e', 'c', 'f', 'g'],
  ],
  [
    'a subscription before its rest',
    { kind: 'subscription', primary: fetch('a'), rest: fetch('b') } as const,
    ['a', 'b'],
  ],
] as const)('orders a plan’s fetches by when they can begin: %s', (_, plan, order) => {
  expect(fetchesOf(plan).map(({ subgraph }) => subgraph)).toEqual(order);
});
