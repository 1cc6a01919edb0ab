import { parse } from 'graphql';
import type { EntityFetchNode, FetchNode, PathSegment, PlanNode } from '../model/plan.ts';
import { compileSelection, type SelectedField } from './compile-selection.ts';

/** The one service that brings what stands at a path of response keys; undefined if several do, or none. For errors only. */
export type FindService = (path: readonly string[]) => string | undefined;

type Brought = {
  readonly service: string;
  readonly at: readonly string[];
  readonly selection: readonly SelectedField[];
};

export function createFindService(plan: PlanNode | null): FindService {
  let brought: readonly Brought[] | undefined;
  return (path) => {
    brought ??= plan === null ? [] : fetchesOf(plan).flatMap(readBrought);
    const services = new Set(brought.filter((part) => brings(part, path)).map(({ service }) => service));
    return services.size === 1 ? [...services][0] : undefined;
  };
}

/** A plan's fetches, in the order in which they begin. */
export function fetchesOf(node: PlanNode): readonly (FetchNode | EntityFetchNode)[] {
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return node.nodes.flatMap(fetchesOf);
    case 'condition':
      return [node.ifTrue, node.ifFalse].flatMap((inner) => (inner === null ? [] : fetchesOf(inner)));
    case 'subscription':
      return [node.primary, ...(node.rest === null ? [] : fetchesOf(node.rest))];
    case 'fetch':
    case 'entity-fetch':
      return [node];
  }
}

function readBrought(node: FetchNode | EntityFetchNode): readonly Brought[] {
  const selection = compileSelection(parse(node.operation, { noLocation: true }));
  if (node.kind === 'fetch') return [{ service: node.subgraph, at: [], selection }];
  return node.entities.flatMap((target) => {
    const below = selection.find((field) => field.responseKey === target.responseKey)?.selection ?? [];
    return target.paths.map((path) => ({ service: node.subgraph, at: fieldsOf(path), selection: below }));
  });
}

const fieldsOf = (path: readonly PathSegment[]) =>
  path.flatMap((segment) => (segment.kind === 'field' ? [segment.name] : []));

function brings({ at, selection }: Brought, path: readonly string[]): boolean {
  if (at.length >= path.length || at.some((key, index) => path[index] !== key)) return false;
  let fields: readonly SelectedField[] = selection;
  for (const key of path.slice(at.length)) {
    const found = fields.filter((field) => field.responseKey === key);
    if (found.length === 0) return false;
    fields = found.flatMap((field) => field.selection ?? []);
  }
  return true;
}
