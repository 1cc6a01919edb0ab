import { parse, print } from 'graphql';
import type { EntityTarget, PathSegment, PlanNode, QueryPlan, RequiresSelection, Rewrite } from '../model/plan.ts';

/** A plan as a person reads it: steps indented, operations pretty-printed, what is required shown before what is asked. */
export function printPlan(plan: QueryPlan): string {
  return block('QueryPlan', plan.root === null ? [] : printNode(plan.root)).join('\n');
}

const indent = (lines: readonly string[]) => lines.map((line) => (line === '' ? line : `  ${line}`));

function block(head: string, body: readonly string[]): readonly string[] {
  return body.length === 0 ? [`${head} {}`] : [`${head} {`, ...indent(body), '}'];
}

function printNode(node: PlanNode): readonly string[] {
  switch (node.kind) {
    case 'sequence':
      return block('Sequence', node.nodes.flatMap(printNode));
    case 'parallel':
      return block('Parallel', node.nodes.flatMap(printNode));
    case 'condition':
      return printCondition(node);
    case 'subscription':
      return block('Subscription', [
        ...printNode(node.primary),
        ...(node.rest ? block('Each', printNode(node.rest)) : []),
      ]);
    case 'fetch':
      return block(`Fetch(service: "${node.subgraph}")`, [
        ...printOperation(node.operation),
        ...printRewrites('Output', node.outputRewrites),
      ]);
    case 'entity-fetch':
      return block(`${node.entities.length > 1 ? 'BatchFetch' : 'EntityFetch'}(service: "${node.subgraph}")`, [
        ...node.entities.flatMap(printTarget),
        ...printOperation(node.operation),
      ]);
  }
}

function printCondition({ variable, ifTrue, ifFalse }: Extract<PlanNode, { kind: 'condition' }>): readonly string[] {
  return [
    ...(ifTrue ? block(`Include(if: $${variable})`, printNode(ifTrue)) : []),
    ...(ifFalse ? block(`Skip(if: $${variable})`, printNode(ifFalse)) : []),
  ];
}

const printOperation = (operation: string) => print(parse(operation, { noLocation: true })).split('\n');

function printTarget(target: EntityTarget): readonly string[] {
  const at = target.paths.map((path) => `"${printPath(path)}"`).join(', ');
  return [
    ...block(`${target.responseKey}(at: ${at}) requires`, target.requires.flatMap(printRequires)),
    ...printRewrites('Input', target.inputRewrites),
    ...printRewrites('Output', target.outputRewrites),
  ];
}

function printPath(path: readonly PathSegment[]): string {
  return path.map(printSegment).join('.');
}

function printSegment(segment: PathSegment): string {
  switch (segment.kind) {
    case 'field':
      return segment.name;
    case 'list':
      return '@';
    case 'type':
      return `[${segment.names.join('|')}]`;
  }
}

function printRequires(selection: RequiresSelection): readonly string[] {
  switch (selection.kind) {
    case 'field': {
      const name =
        selection.name === selection.responseKey ? selection.name : `${selection.name}: ${selection.responseKey}`;
      return selection.selections.length === 0 ? [name] : block(name, selection.selections.flatMap(printRequires));
    }
    case 'fragment':
      return block(`... on ${selection.typeCondition}`, selection.selections.flatMap(printRequires));
  }
}

function printRewrites(name: 'Input' | 'Output', rewrites: readonly Rewrite[]): readonly string[] {
  return rewrites.map((rewrite) => {
    const path = rewrite.path
      .map((segment) => (segment.kind === 'key' ? segment.name : `[${segment.names.join('|')}]`))
      .join('.');
    return `${name}: ${path} ${rewrite.kind === 'set' ? `= ${JSON.stringify(rewrite.value)}` : `-> ${rewrite.to}`}`;
  });
}
