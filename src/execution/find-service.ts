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

/** A plan's fetches in the order in which they can begin; of those that begin together, the plan's first comes first. */
export function fetchesOf(plan: PlanNode): readonly (FetchNode | EntityFetchNode)[] {
  const waves: (FetchNode | EntityFetchNode)[][] = [];
  walk(plan, 0);
  return waves.flat();

  /** Gives the wave that follows the node's last. */
  function walk(node: PlanNode | null, wave: number): number {
    if (node === null) return wave;
    switch (node.kind) {
      case 'sequence':
        return node.nodes.reduce((at, inner) => walk(inner, at), wave);
      case 'parallel':
        return Math.max(wave, ...node.nodes.map((inner) => walk(inner, wave)));
      case 'condition':
        return Math.max(walk(node.ifTrue, wave), walk(node.ifFalse, wave));
      case 'subscription':
        return walk(node.rest, walk(node.primary, wave));
      case 'fetch':
      case 'entity-fetch':
        (waves[wave] ??= []).push(node);
        return wave + 1;
    }
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
