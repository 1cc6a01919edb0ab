import type { EntityTarget, PathSegment } from '../model/plan.ts';
import { isDue } from './check-answer.ts';
import { compileAssign, type Assign } from './compile-assign.ts';
import { compileGather, type GatherInto } from './compile-gather.ts';
import { compilePositions, readPositionPaths, type CollectPositions } from './compile-positions.ts';
import { compileRepresentation, type BuildRepresentation } from './compile-representation.ts';
import { compileRewrites, readRenamedKeys, type ApplyRewrites } from './compile-rewrites.ts';
import type { SelectedField } from './compile-selection.ts';
import type { Keep } from './entity-store.ts';
import { compileWhenReused } from './compile-when-reused.ts';
import { readFlatRequirements, type FlatRequirement } from './flat-requirement.ts';
import { typenameOf, type ResponseObject } from './response-object.ts';
import { toClientPath, type SelectedPlace } from './response-keys.ts';
import type { PlanCompilation, Run } from './run.ts';

type Path = readonly (string | number)[];

/** One `_entities` selection, compiled. */
export type CompiledTarget = {
  readonly node: EntityTarget;
  readonly collect: readonly CollectPositions[];
  readonly build: BuildRepresentation;
  /** What is told of each type, where that is simple. */
  readonly requirements: readonly FlatRequirement[] | undefined;
  /** `collect` and `build` as generated code, for simple requirements of an operation that runs again. */
  readonly gather: () => GatherInto | undefined;
  /** Merges an entity as it came, as generated code; undefined where it is to be corrected first. */
  readonly assign: () => Assign | undefined;
  readonly rewrite: ApplyRewrites | undefined;
  readonly selection: readonly SelectedField[];
  /** Put entities aside for later fetches. */
  readonly keepers: readonly Keep[];
  /** The keys that are taken of an entity. */
  readonly keys: readonly string[];
  /** The client's paths of what this target brings to the object at `position`; itself, if the object's type is not known. */
  readonly readPlaces: (run: Run, object: ResponseObject, position: Path) => readonly Path[];
  /** The client's path of a place below an entity, by the service's keys. */
  readonly readPlaceBelow: (position: Path, below: Path) => Path;
};

export function compileTarget(
  node: EntityTarget,
  fields: readonly SelectedField[],
  compilation: PlanCompilation,
): CompiledTarget {
  const { relations, places } = compilation;
  const selection = fields.find((field) => field.responseKey === node.responseKey)?.selection ?? [];
  const renamed = readRenamedKeys(node.outputRewrites);
  const renameAll = (path: Path): Path =>
    path.map((segment) => (typeof segment === 'string' ? (renamed.get(segment) ?? segment) : segment));
  const requirements = readFlatRequirements(node, relations);
  const assigned = selection.filter(({ responseKey }) => responseKey !== '__typename');
  const assignedKeys = [...new Set(assigned.map(({ responseKey }) => responseKey))];
  return {
    node,
    requirements,
    keepers: compilation.store.keepersOf(node),
    gather: compileWhenReused(() => requirements && compileGather(node, requirements, relations)),
    assign: compileWhenReused(() =>
      node.inputRewrites.length + node.outputRewrites.length > 0
        ? undefined
        : compileAssign(assignedKeys.map((key) => ({ from: key, to: key }))),
    ),
    collect: node.paths.map((path) => compilePositions(path, relations)),
    build: compileRepresentation(node.requires, node.inputRewrites, relations),
    rewrite: compileRewrites(node.outputRewrites, relations),
    selection,
    keys: [...new Set([...selection.map((field) => field.responseKey), ...renamed.values()])],
    readPlaces(run, object, position) {
      const visible = selection.filter(({ responseKey }) =>
        isSelected(places, [...position, ...renameAll([responseKey])]),
      );
      const due = visible.filter((field) => isDue(field, typenameOf(object), { relations, variables: run.variables }));
      if (due.length === 0) return visible.length === 0 ? [] : [toClientPath(places, position)];
      const dueKeys = [...new Set(due.map(({ responseKey }) => responseKey))];
      return dueKeys.map((key) => toClientPath(places, [...position, ...renameAll([key])]));
    },
    readPlaceBelow: (position, below) => toClientPath(places, [...position, ...renameAll(below)]),
  };
}

const isSelected = (places: SelectedPlace, path: Path) => toClientPath(places, path).length === path.length;

/** Reads where objects of `run.data` stand, once for all that are asked. For errors only. */
export function createReadPosition(run: Run, target: CompiledTarget): (object: ResponseObject) => Path {
  let paths: readonly ReadonlyMap<ResponseObject, Path>[] | undefined;
  return (object) => {
    paths ??= target.node.paths.map((path) => readPositionPaths(run.data, path));
    const found = paths.find((known) => known.has(object))?.get(object);
    return found ?? fixedStart(target.node.paths[0] ?? []);
  };
}

/** The part of a path that is the same for all positions. */
export function fixedStart(path: readonly PathSegment[]): Path {
  const list = path.findIndex((segment) => segment.kind === 'list');
  return (list === -1 ? path : path.slice(0, list)).flatMap((segment) =>
    segment.kind === 'field' ? [segment.name] : [],
  );
}
