import type protobuf from 'protobufjs';
import type { Coordinate } from '../../model/subgraph.ts';
import type { TypeIndex } from '../type-index.ts';
import { enumValuesOf } from '../wire-names.ts';
import { shortEnumNames } from './enum-names.ts';

/**
 * What values of enums are called on the wire, completed: `GOOD` of `Grade` is `GRADE_GOOD` where an enum of the contract has
 * all the values of the schema's so (first one of the same name). What `@map` says stays.
 */
export function nameEnumValues(
  given: ReadonlyMap<Coordinate, string>,
  { types }: TypeIndex,
  enums: readonly protobuf.Enum[],
): ReadonlyMap<Coordinate, string> {
  if (enums.length === 0) return given;
  const names = new Map(given);
  const known = enums.map((type) => ({ type, name: type.name, longNames: toLongNames(type) }));
  for (const entry of types.values()) {
    const values = enumValuesOf(entry)
      .map((node) => node.name.value)
      .filter((value) => !given.has(`${entry.name}.${value}`));
    if (values.length === 0) continue;
    const fitting = known.filter(({ longNames }) => values.every((value) => longNames.has(value)));
    const chosen = fitting.find(({ name }) => name === entry.name) ?? fitting[0];
    const longNames = new Set(values.flatMap((value) => chosen?.longNames.get(value) ?? []));
    for (const value of values) {
      const longName = chosen?.longNames.get(value);
      if (chosen === undefined || longName === undefined) continue;
      const answered = nameInAnswers(chosen.type, longName);
      names.set(`${entry.name}.${value}`, longNames.has(answered) ? longName : answered);
    }
  }
  return names;
}

/** Of several names for one number (`allow_alias`), answers have the first. */
function nameInAnswers({ values, valuesById }: protobuf.Enum, name: string): string {
  return valuesById[values[name] ?? 0] ?? name;
}

function toLongNames(type: protobuf.Enum): ReadonlyMap<string, string> {
  return new Map([...shortEnumNames(type)].map(([long, short]) => [short, long]));
}
