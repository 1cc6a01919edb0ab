import { GatewayError } from '../errors/gateway-error.ts';
import { type Failure, Failures } from './failures.ts';
import { isRelatedPath, reportFailures } from './report-failures.ts';
import type { ResponseObject } from './response-object.ts';

/** A place of the compiled selection: linked to the place above. Keys are null for the items of a list. */
export type Place = {
  readonly above: Place | undefined;
  readonly clientKey: string | null;
  readonly fetchKey: string | null;
  /** From the root to this place. */
  readonly clientKeys: readonly (string | null)[];
};

export function createPlace(above: Place | undefined, clientKey: string | null, fetchKey: string | null): Place {
  return { above, clientKey, fetchKey, clientKeys: [...(above?.clientKeys ?? []), clientKey] };
}

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
  /** What fetches already explain. */
  readonly explained: readonly GatewayError[];
  /** Denied fields, by the place of the selection at which they stand. */
  readonly denials: Map<Place, Failures>;
  /** Values that cannot be used, by the place of the selection at which they stand. */
  readonly unusable: Map<Place, Failures>;
  /** The answer to the operation's introspection fields, by the client's response keys. */
  readonly introspection: ResponseObject | undefined;
  /** The service that brings what stands at a path of the fetches. */
  readonly serviceAt: (path: readonly string[]) => string | undefined;
};

export function createProjectionState(
  given: Pick<ProjectionState, 'explained' | 'introspection' | 'serviceAt'>,
): ProjectionState {
  return { ...given, indices: [], denials: new Map(), unusable: new Map() };
}

/** The field in hand is one that the caller may not see. */
export function addDenial(state: ProjectionState, place: Place, reason: string): void {
  const known = state.denials.get(place);
  const failures = known ?? new Failures();
  if (known === undefined) state.denials.set(place, failures);
  failures.add(readPath(state, place), failures.first ?? new GatewayError('UNAUTHORIZED_FIELD', reason));
}

/** The value in hand cannot be used: an error, unless one already explains that it is not there. */
export function addUnusable(state: ProjectionState, place: Place, message: string): void {
  const path = readPath(state, place);
  if (state.explained.some((error) => isRelatedPath(error.path ?? [], path))) return;
  const known = state.unusable.get(place);
  const failures = known ?? new Failures();
  if (known === undefined) state.unusable.set(place, failures);
  failures.add(path, failures.isFull ? SUMMED_UP : new GatewayError('UPSTREAM_BAD_RESPONSE', message));
}

/** Of many values of one place, the first say what is wrong; an error is dear to make. */
const SUMMED_UP = new GatewayError('UPSTREAM_BAD_RESPONSE', 'The values cannot be used.');

/** All errors of a projection that has ended; those of one place summed up where they are many. */
export function readErrors(state: ProjectionState): readonly GatewayError[] {
  const unusable = Array.from(state.unusable, ([place, failures]) =>
    reportFailures(state.serviceAt(readFetchPath(place)), failures.list()),
  );
  const denials = Array.from(state.denials.values(), (failures) => failures.list().map(toDenial));
  return [...denials.flat(), ...unusable.flat()];
}

/** Each has its own path; beyond the first hundred of a list, one tells how many more there are. */
function toDenial({ path, error, places = 1 }: Failure): GatewayError {
  return new GatewayError(error.code, error.message, { path, extensions: places === 1 ? {} : { places } });
}

function readPath({ indices }: ProjectionState, { clientKeys }: Place): readonly (string | number)[] {
  let list = 0;
  return clientKeys.map((key) => key ?? indices[list++] ?? 0);
}

const readFetchPath = (place: Place) =>
  placesTo(place).flatMap(({ fetchKey }) => (fetchKey === null ? [] : [fetchKey]));

function placesTo(place: Place): readonly Place[] {
  const places: Place[] = [];
  for (let at: Place | undefined = place; at !== undefined; at = at.above) places.unshift(at);
  return places;
}
