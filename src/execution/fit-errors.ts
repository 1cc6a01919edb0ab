import type { GatewayError } from '../errors/gateway-error.ts';
import { relocate } from './report-failures.ts';
import { isResponseObject } from './response-object.ts';

/**
 * Fits errors of fetches to the response: fetches may bring more than the client selected of an object (for other
 * fetches, or of objects of another type). An error at a key that the response does not have stands at the object that
 * lacks it, if anything of that is null; else it is nobody's concern.
 */
export function fitErrors(errors: readonly GatewayError[], data: unknown): readonly GatewayError[] {
  return errors.flatMap((error) => {
    const path = error.path ?? [];
    let value = data;
    for (const [index, segment] of path.entries()) {
      if (Array.isArray(value)) {
        value = value[Number(segment)];
      } else if (!isResponseObject(value)) {
        return [error];
      } else if (Object.hasOwn(value, segment)) {
        value = value[segment];
      } else {
        return hasNull(value) ? [relocate(error, path.slice(0, index), error.service)] : [];
      }
    }
    return [error];
  });
}

function hasNull(value: unknown): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.some(hasNull);
  return isResponseObject(value) && Object.values(value).some(hasNull);
}
