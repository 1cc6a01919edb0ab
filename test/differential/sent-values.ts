import type { RequiredField } from './graph-model.ts';

type Json = Readonly<Record<string, unknown>>;

/** The required values out of a representation, as the world itself selects them. */
export function selectSent(sent: Json | undefined, selections: readonly RequiredField[]): unknown {
  return selections.map(({ name, selections: below }) => {
    const value = sent?.[name];
    if (value === undefined) throw new Error(`${name} is required and was not sent: ${JSON.stringify(sent)}`);
    return [name, selectIn(value, below)];
  });
}

function selectIn(value: unknown, selections: readonly RequiredField[]): unknown {
  if (value === null || selections.length === 0) return value;
  if (Array.isArray(value)) return value.map((item) => selectIn(item, selections));
  return selectSent(value as Json, selections);
}
