import { describe, expect, it } from 'vitest';
import { createDocuments } from '../../src/document/documents.ts';
import { composeGraph } from '../../src/gateway/load-graph.ts';
import { createPlanner } from '../../src/planning/planner.ts';
import { printPlan } from '../../src/planning/print-plan.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@override"])`;

const { supergraph } = await composeGraph(
  Object.entries({
    old: `${LINK} type Query { product: Product } type Product @key(fields: "id") { id: ID! price: Int stock: Int }`,
    new: `${LINK} type Product @key(fields: "id") {
      id: ID!
      price: Int @override(from: "old", label: "percent(25)")
      stock: Int @override(from: "old", label: "beta")
    }`,
  }).map(([name, text]) => ({
    name,
    kind: 'graphql' as const,
    schema: [{ name: `${name}.graphql`, text }],
    url: `http://${name}.example`,
  })),
);

/** Which subgraph gives each of the two fields. */
function planned(overrides?: { labels: Set<string>; percent: number }) {
  const { apiSchema } = supergraph;
  const documents = createDocuments({ apiSchema, introspection: true, suggestions: true });
  const read = (field: string) => {
    const plan = createPlanner(supergraph).plan(documents.read(`{ product { ${field} } }`, undefined), overrides);
    return printPlan(plan).includes('"new"') ? 'new' : 'old';
  };
  return { price: read('price'), stock: read('stock') };
}

describe('progressive overrides', () => {
  it('are read from the supergraph', () => {
    expect(createPlanner(supergraph).overrides).toEqual({ labels: ['beta'], percentages: [25] });
  });

  it('are not followed unless chosen', () => {
    expect(planned()).toEqual({ price: 'old', stock: 'old' });
  });

  it('are followed by percentage: for draws below it', () => {
    expect(planned({ labels: new Set(), percent: 24.9 })).toEqual({ price: 'new', stock: 'old' });
    expect(planned({ labels: new Set(), percent: 25 })).toEqual({ price: 'old', stock: 'old' });
  });

  it('are followed by label', () => {
    expect(planned({ labels: new Set(['beta']), percent: 100 })).toEqual({ price: 'old', stock: 'new' });
  });
});
