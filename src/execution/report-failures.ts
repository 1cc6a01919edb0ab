import type { ErrorCode } from '../errors/codes.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { commonPath, type Failure } from './failures.ts';

/** Errors shown for one fetch, or for one place of the client's selection. */
const SHOWN = 5;

/**
 * Turns one fetch's failures into errors at their paths. Of more than five, the rest is summed up in errors at the
 * nearest path they have in common, so that each place still has an error above it.
 */
export function reportFailures(service: string | undefined, failures: readonly Failure[]): readonly GatewayError[] {
  if (failures.length <= SHOWN) return failures.map(({ path, error }) => relocate(error, path, service));
  const shown = failures.slice(0, SHOWN - 1).map(({ path, error }) => relocate(error, path, service));
  return [...shown, ...sumUp(service, failures.slice(SHOWN - 1))];
}

function sumUp(service: string | undefined, failures: readonly Failure[]): readonly GatewayError[] {
  const byRoot = Map.groupBy(failures, ({ path }) => path[0]);
  return Array.from(byRoot.values(), (group) => {
    const [first] = group;
    const places = group.reduce((sum, failure) => sum + (failure.places ?? 1), 0);
    if (first === undefined || places === 1) return group.map(({ path, error }) => relocate(error, path, service));
    const path = group.map((failure) => failure.path).reduce(commonPath);
    return [relocate(first.error, path, service, { places })];
  }).flat();
}

/** Faults that are not the service's. */
const OURS: ReadonlySet<ErrorCode> = new Set(['DEADLINE_EXCEEDED', 'INTERNAL_ERROR']);

export function relocate(
  error: GatewayError,
  path: readonly (string | number)[],
  service: string | undefined,
  more: Readonly<Record<string, unknown>> = {},
): GatewayError {
  const isMasked = error.code === 'UPSTREAM_ERROR';
  return new GatewayError(error.code, isMasked ? 'A service answered with an error.' : error.message, {
    service: error.service ?? (OURS.has(error.code) ? undefined : service),
    path: path.length === 0 ? undefined : path,
    extensions: { ...error.extensions, ...more },
    locations: error.locations,
    detail: error.detail ?? (isMasked ? error.message : undefined),
    retry: error.retry,
    retryAfterMs: error.retryAfterMs,
    cause: error,
  });
}

/** Whether one path is a prefix of the other: an error at one explains a null at the other. */
export function isRelatedPath(one: readonly (string | number)[], other: readonly (string | number)[]): boolean {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) if (one[index] !== other[index]) return false;
  return true;
}

export function badResponse(service: string, message: string): GatewayError {
  return new GatewayError('UPSTREAM_BAD_RESPONSE', `The service "${service}" ${message}.`, { service });
}

/** One error for all places that fail for the same reason: an error is dear to make, and each shown one is a copy. */
export function createErrorOf(service: string): (message: string) => GatewayError {
  const known = new Map<string, GatewayError>();
  return (message) => {
    const error = known.get(message) ?? badResponse(service, message);
    known.set(message, error);
    return error;
  };
}
