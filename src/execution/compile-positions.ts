import type { PathSegment } from '../model/plan.ts';
import { compileRead, isResponseObject, typenameOf, type ResponseObject } from './response-object.ts';
import type { TypeRelations } from './type-relations.ts';

/** Adds every object that stands at a plan's path to `found`. */
export type CollectPositions = (value: unknown, found: ResponseObject[]) => void;

/** A path of a plan as nested loops. */
export function compilePositions(path: readonly PathSegment[], relations: TypeRelations): CollectPositions {
  return path.reduceRight<CollectPositions>(
    (next, segment) => compileSegment(segment, next, relations),
    (value, found) => {
      if (isResponseObject(value)) found.push(value);
    },
  );
}

function compileSegment(segment: PathSegment, next: CollectPositions, { isA }: TypeRelations): CollectPositions {
  switch (segment.kind) {
    case 'field': {
      const read = compileRead(segment.name);
      return (value, found) => {
        if (isResponseObject(value)) next(read(value), found);
      };
    }
    case 'list':
      return compileItems(next);
    case 'type': {
      const { names } = segment;
      return (value, found) => {
        if (!isResponseObject(value)) return;
        const typename = typenameOf(value);
        // Without a name the position can be of one type only; the response's root has none.
        if (typename === undefined || names.some((name) => isA(typename, name))) next(value, found);
      };
    }
  }
}

function compileItems(next: CollectPositions): CollectPositions {
  return (value, found) => {
    if (Array.isArray(value)) for (const item of value) next(item, found);
  };
}

/** The response path (in the fetches' keys) of every object at a plan's path. For errors only. */
export function readPositionPaths(
  root: unknown,
  path: readonly PathSegment[],
): ReadonlyMap<ResponseObject, readonly (string | number)[]> {
  const paths = new Map<ResponseObject, readonly (string | number)[]>();
  walk(root, path, [], (object, at) => {
    if (!paths.has(object)) paths.set(object, at);
  });
  return paths;
}

type Visit = (object: ResponseObject, path: readonly (string | number)[]) => void;

function walk(value: unknown, path: readonly PathSegment[], at: readonly (string | number)[], visit: Visit): void {
  const [segment, ...rest] = path;
  if (segment?.kind === 'list') {
    if (!Array.isArray(value)) return;
    for (const [index, item] of value.entries()) walk(item, rest, [...at, index], visit);
  } else if (!isResponseObject(value)) {
    return;
  } else if (segment === undefined) {
    visit(value, at);
  } else if (segment.kind === 'type') {
    walk(value, rest, at, visit);
  } else {
    walk(compileRead(segment.name)(value), rest, [...at, segment.name], visit);
  }
}
