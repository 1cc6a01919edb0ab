import type { SelectedField } from './compile-selection.ts';
import { isResponseObject, readOwn, typenameOf, writeOwn, type ResponseObject } from './response-object.ts';
import type { TypeRelations } from './type-relations.ts';

/** Told of something in an answer that cannot be used. `path` starts at the checked object, and is lent. */
export type OnFault = (path: readonly (string | number)[], message: string) => void;

export type AnswerCheck = {
  readonly relations: TypeRelations;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly onFault: OnFault;
};

type Check = AnswerCheck & { readonly path: (string | number)[] };

/** No type has lists in lists deeper than that. */
const MAX_LISTS = 50;

/**
 * Looks for what a service left out though it was asked, and for values where objects are due. Such a value is taken
 * out of the answer. Without `typename`, fields under type conditions are looked for only where the answer names its type.
 */
export function checkAnswer(
  object: ResponseObject,
  selection: readonly SelectedField[],
  typename: string | undefined,
  check: AnswerCheck,
): void {
  checkObject(object, selection, typename, { ...check, path: [] });
}

function checkObject(
  object: ResponseObject,
  selection: readonly SelectedField[],
  typename: string | undefined,
  check: Check,
): void {
  const actual = typenameOf(object) ?? typename;
  for (const field of selection) {
    if (!isDue(field, actual, check)) continue;
    check.path.push(field.responseKey);
    checkField(object, field, check);
    check.path.pop();
  }
}

export function isDue(
  field: SelectedField,
  typename: string | undefined,
  { relations, variables }: Pick<Check, 'relations' | 'variables'>,
): boolean {
  if (field.condition !== undefined && !field.condition(variables)) return false;
  for (const condition of field.typeConditions) {
    if (typename === undefined || !relations.isA(typename, condition)) return false;
  }
  return true;
}

function checkField(object: ResponseObject, { responseKey, selection }: SelectedField, check: Check): void {
  const value = readOwn(object, responseKey);
  if (value === undefined) check.onFault(check.path, 'left out a field that it was asked for');
  else if (selection !== null && value !== null && !isComposite(value, selection, check, 0))
    writeOwn(object, responseKey, null);
}

/** `lists`: in how many lists of one field the value stands. */
function isComposite(value: unknown, selection: readonly SelectedField[], check: Check, lists: number): boolean {
  if (isResponseObject(value)) {
    checkObject(value, selection, undefined, check);
    return true;
  }
  if (!Array.isArray(value)) return refuse(check, 'answered a value where an object is due');
  if (lists > MAX_LISTS) return refuse(check, 'answered lists in lists where an object is due');
  for (const [index, item] of value.entries()) {
    if (item === null) continue;
    check.path.push(index);
    if (item === undefined || !isComposite(item, selection, check, lists + 1)) value[index] = null;
    check.path.pop();
  }
  return true;
}

function refuse({ onFault, path }: Check, message: string): false {
  onFault(path, message);
  return false;
}
