import type { RequiresSelection, Rewrite } from '../model/plan.ts';
import { compileRewrites } from './compile-rewrites.ts';
import { compileRead, isResponseObject, typenameOf, type ResponseObject } from './response-object.ts';
import type { TypeRelations } from './type-relations.ts';

/**
 * Builds what a service is told of an entity. `lacking`: it cannot be told, for a required field is not there or no key
 * is whole; `other-type`: nothing is asked of objects of this type.
 */
export type BuildRepresentation = (object: ResponseObject) => ResponseObject | 'lacking' | 'other-type';

/** Writes into the representation; false if something required is missing. */
type Fill = (object: ResponseObject, into: ResponseObject) => boolean;

export function compileRepresentation(
  requires: readonly RequiresSelection[],
  inputRewrites: readonly Rewrite[],
  relations: TypeRelations,
): BuildRepresentation {
  const fill = compileFill(requires, relations);
  const rewrite = compileRewrites(inputRewrites, relations);
  return (object) => {
    const representation: ResponseObject = {};
    if (!fill(object, representation)) return 'lacking';
    if (representation['__typename'] === undefined) return isTypeKnown(object, relations) ? 'other-type' : 'lacking';
    rewrite?.(representation);
    return representation;
  };
}

function isTypeKnown(object: ResponseObject, { isAbstract }: TypeRelations): boolean {
  const typename = typenameOf(object);
  return typename !== undefined && !isAbstract(typename);
}

function compileFill(selections: readonly RequiresSelection[], relations: TypeRelations): Fill {
  const fills = selections.map((selection) =>
    selection.kind === 'field' ? compileField(selection, relations) : compileFragment(selection, relations),
  );
  return (object, into) => fills.every((fill) => fill(object, into));
}

function compileField(field: Extract<RequiresSelection, { kind: 'field' }>, relations: TypeRelations): Fill {
  const read = compileRead(field.responseKey);
  const { name } = field;
  if (field.selections.length === 0) {
    return (object, into) => {
      const value = read(object);
      into[name] = value;
      return value !== undefined;
    };
  }
  const fill = compileFill(field.selections, relations);
  return (object, into) => {
    const value = buildNested(read(object), fill);
    into[name] = value;
    return value !== undefined;
  };
}

function buildNested(value: unknown, fill: Fill): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) {
    const items = value.map((item) => buildNested(item, fill));
    return items.includes(undefined) ? undefined : items;
  }
  if (!isResponseObject(value)) return undefined;
  const nested: ResponseObject = {};
  return fill(value, nested) ? nested : undefined;
}

function compileFragment(fragment: Extract<RequiresSelection, { kind: 'fragment' }>, relations: TypeRelations): Fill {
  const fill = compileFill(fragment.selections, relations);
  const keys = fragment.keys.map((key) => key.map(compileRead));
  const { typeCondition } = fragment;
  return (object, into) => {
    const typename = typenameOf(object);
    if (typename === undefined || !relations.isA(typename, typeCondition)) return true;
    if (keys.length > 0 && !keys.some((key) => key.every((read) => isPresent(read(object))))) return false;
    return fill(object, into);
  };
}

const isPresent = (value: unknown) => value !== null && value !== undefined;
