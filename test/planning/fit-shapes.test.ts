import { expect, it } from 'vitest';
import { planner } from './test-planner.ts';

const { steps } = planner({
  a: `type Query { named: Named } interface Named { count: Int  next: Named }
    type Product implements Named { count: Int!  next: Named  parts: [Int] } type Order implements Named { count: Int  next: Named  parts: [Int!] }`,
  b: 'type Query { other: Int }',
});

it('sends fields of different shapes under keys of their own, and gives them the client’s again', () => {
  expect(steps('{ named { ... on Product { x: count } ... on Order { x: count } } }')).toMatchInlineSnapshot(`
    [
      "a → {named{__typename ...on Product{x:count} ...on Order{_as1_x:count}}} [named._as1_x is x]",
    ]
  `);
});

it('keeps apart what lies below fields of one key', () => {
  expect(
    steps(
      '{ named { ... on Product { x: next { ... on Product { y: parts } } } ... on Order { x: next { ... on Order { y: parts } } } } }',
    ),
  ).toMatchInlineSnapshot(`
    [
      "a → {named{__typename ...on Product{x:next{__typename ...on Product{y:parts}}} ...on Order{_as1_x:next{__typename ...on Order{y:parts}}}}} [named._as1_x is x]",
    ]
  `);
});
