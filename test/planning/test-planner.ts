import { checkOperation, testGraph } from '../execution/test-graph.ts';
import { printPlan } from '../../src/planning/print-plan.ts';
import type { EntityTarget, PlanNode, QueryPlan, RequiresSelection } from '../../src/model/plan.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@override", "@interfaceObject"])';

/** A planner over subgraphs written as SDL, which link to Federation 2 if they don't say otherwise. */
export function planner(subgraphs: Readonly<Record<string, string>>) {
  const services = Object.entries(subgraphs).map(([name, sdl]) => [
    name,
    { sdl: sdl.includes('@link') ? sdl : `${LINK} ${sdl}` },
  ]);
  const graph = testGraph(Object.fromEntries(services));
  const plan = (query: string): QueryPlan => graph.planner.plan(checkOperation(query));
  return {
    plan,
    print: (query: string) => printPlan(plan(query)),
    /** One line a step, steps that wait for others indented below them: `subgraph what it is told → what it is asked`. */
    steps: (query: string) => {
      const { root } = plan(query);
      return root === null ? [] : printSteps(root, '');
    },
  };
}

function printSteps(node: PlanNode, indent: string): readonly string[] {
  switch (node.kind) {
    case 'sequence':
      return node.nodes.flatMap((inner, index) => printSteps(inner, indent + '  '.repeat(index)));
    case 'parallel':
      return node.nodes.flatMap((inner) => printSteps(inner, indent));
    case 'condition': {
      const inner = [...(node.ifTrue ? printSteps(node.ifTrue, '') : [])].map((step) => `if $${node.variable} ${step}`);
      const others = [...(node.ifFalse ? printSteps(node.ifFalse, '') : [])].map(
        (step) => `unless $${node.variable} ${step}`,
      );
      return [...inner, ...others].map((step) => indent + step);
    }
    case 'fetch':
      return [`${indent}${node.subgraph} → ${node.operation}${node.outputRewrites.map(printRename).join('')}`];
    case 'entity-fetch': {
      const told = node.entities.map(printTarget).join(', ');
      const asked = node.operation.replace(/^query\([^{]*\)/, '').replaceAll(/\(representations[^)]*\)/g, '');
      return [`${indent}${node.subgraph} ${told} → ${asked}`];
    }
    case 'subscription':
      return [...printSteps(node.primary, indent), ...(node.rest ? printSteps(node.rest, `${indent}  `) : [])];
  }
}

function printTarget({ paths, requires, inputRewrites, outputRewrites }: EntityTarget): string {
  const places = paths.map((path) =>
    path
      .map((segment) =>
        segment.kind === 'field' ? segment.name : segment.kind === 'list' ? '@' : segment.names.join('|'),
      )
      .join('.'),
  );
  const typenames = inputRewrites.map((rewrite) => (rewrite.kind === 'set' ? ` as ${String(rewrite.value)}` : ''));
  return `${places.join(' and ')} (${requires.map(printRequired).join(' ')}${typenames.join('')})${outputRewrites.map(printRename).join('')}`;
}

function printRequired(selection: RequiresSelection): string {
  const inner = selection.selections.map(printRequired).filter((text) => text !== '__typename');
  if (selection.kind === 'fragment') return `${selection.typeCondition}: ${inner.join(' ')}`;
  const name = selection.name === selection.responseKey ? selection.name : `${selection.name}=${selection.responseKey}`;
  return inner.length === 0 ? name : `${name} {${inner.join(' ')}}`;
}

function printRename(rewrite: EntityTarget['outputRewrites'][number]): string {
  const path = rewrite.path.map((segment) => (segment.kind === 'key' ? segment.name : '')).join('.');
  return rewrite.kind === 'rename' ? ` [${path} is ${rewrite.to}]` : '';
}
