import type { Fields, ReadField } from './read-field.ts';

/** What is known of one object while its fields are completed. */
export type ObjectState = {
  /** Its representation, or a part of one: under GraphQL names. */
  readonly known: Fields | undefined;
  /** What its entity's own call gave, or else what stood in another's answer: under the service's names. */
  readonly answer: Fields | undefined;
  /** What stood in another's answer, where its entity was then called for. */
  readonly mention: Fields | undefined;
  /** Its entity's call has been made, or there is none to make. */
  readonly isLoaded: boolean;
};

export function fromRepresentation(known: Fields): ObjectState {
  return { known, answer: undefined, mention: undefined, isLoaded: false };
}

export function fromAnswer(answer: Fields): ObjectState {
  return { known: undefined, answer, mention: undefined, isLoaded: false };
}

export function toLoaded(state: ObjectState, answer: Fields | undefined): ObjectState {
  if (answer === undefined) return { ...state, isLoaded: true };
  return { known: state.known, answer, mention: state.answer, isLoaded: true };
}

/** A field's value in the service's form; undefined if nothing is known of it. */
export function readAnswer(state: ObjectState, read: ReadField): unknown {
  const value = state.answer === undefined ? undefined : read(state.answer);
  return value !== undefined || state.mention === undefined ? value : read(state.mention);
}

export function readKnown({ known }: ObjectState, name: string): unknown {
  return known !== undefined && Object.hasOwn(known, name) ? known[name] : undefined;
}
