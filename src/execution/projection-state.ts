import type { ErrorCode } from '../errors/codes.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { isRelatedPath } from './report-failures.ts';
import type { ResponseObject } from './response-object.ts';

/** A place of the compiled selection: linked to the place above. Keys are null for the items of a list. */
export type Place = {
  readonly above: Place | undefined;
  readonly clientKey: string | null;
  readonly fetchKey: string | null;
};

/** What completes one value. */
export type Complete = (value: unknown, state: ProjectionState) => unknown;

/** Null, and an error says why. */
export const NULLED: unique symbol = Symbol('nulled');
/** A non-null value is null: so must be what holds it. */
export const BUBBLE: unique symbol = Symbol('bubble');

/** One projection of one run's data. */
export type ProjectionState = {
  /** The index at each list that the value in hand stands in, outermost first. */
  readonly indices: number[];
  /** What fetches and denials already explain. */
  readonly explained: readonly GatewayError[];
  readonly errors: GatewayError[];
  /** The answer to the operation's introspection fields, by the client's response keys. */
  readonly introspection: ResponseObject | undefined;
  /** The service that brings what stands at a path of the fetches. */
  readonly serviceAt: (path: readonly string[]) => string | undefined;
};

/** Adds an error at the place of the value in hand. */
export function addError(state: ProjectionState, place: Place, code: ErrorCode, message: string): void {
  const path = readPath(state, place);
  const service = code === 'UPSTREAM_BAD_RESPONSE' ? state.serviceAt(readFetchPath(place)) : undefined;
  state.errors.push(new GatewayError(code, message, { path, service }));
}

/** Adds an error for a value that cannot be used, unless one already explains that it is not there. */
export function addUnexplained(state: ProjectionState, place: Place, message: string): void {
  const path = readPath(state, place);
  if (state.explained.some((error) => isRelatedPath(error.path ?? [], path))) return;
  addError(state, place, 'UPSTREAM_BAD_RESPONSE', message);
}

function readPath(state: ProjectionState, place: Place): readonly (string | number)[] {
  const places = placesTo(place);
  let list = 0;
  return places.map(({ clientKey }) => clientKey ?? state.indices[list++] ?? 0);
}

const readFetchPath = (place: Place) =>
  placesTo(place).flatMap(({ fetchKey }) => (fetchKey === null ? [] : [fetchKey]));

function placesTo(place: Place): readonly Place[] {
  const places: Place[] = [];
  for (let at: Place | undefined = place; at !== undefined; at = at.above) places.unshift(at);
  return places;
}
