import type { Problem } from '../errors/problem.ts';
import type { SubgraphSchema } from '../model/subgraph.ts';

// https://specs.apollo.dev/federation: the names Apollo's tools accept.
const NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;

/** Whether there are subgraphs, all named so that each has an enum value of its own in the supergraph. */
export function checkSubgraphNames(subgraphs: readonly SubgraphSchema[]): readonly Problem[] {
  if (subgraphs.length === 0) return [noSubgraphs];
  const invalid = subgraphs.filter(({ name }) => !NAME.test(name)).map(({ name }) => invalidName(name));
  const clashes = [...Map.groupBy(subgraphs, ({ name }) => enumValue(name))]
    .filter(([, group]) => group.length > 1)
    .map(([value, group]) => nameClash(value, group));
  return [...invalid, ...clashes];
}

// As the composer makes it: `orderItems` and `order-items` are both ORDER_ITEMS.
function enumValue(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}

const noSubgraphs: Problem = {
  severity: 'error',
  code: 'NO_SUBGRAPHS',
  message: 'There is no subgraph to compose.',
  remedy: 'Name at least one under `graph.subgraphs`.',
  coordinate: 'graph.subgraphs',
  places: [],
};

function invalidName(name: string): Problem {
  return {
    severity: 'error',
    code: 'INVALID_SUBGRAPH_NAME',
    message: `"${name}" cannot be a subgraph's name: expected a letter, then at most 63 letters, digits, "-" or "_".`,
    remedy: 'Rename the subgraph.',
    subgraph: name,
    places: [],
  };
}

function nameClash(value: string, group: readonly SubgraphSchema[]): Problem {
  const names = group.map(({ name }) => `"${name}"`).join(' and ');
  return {
    severity: 'error',
    code: 'SUBGRAPH_NAME_CLASH',
    message: `The subgraphs ${names} would both be ${value} in the supergraph.`,
    remedy: 'Give them names that differ in more than case and separators.',
    places: [],
  };
}
