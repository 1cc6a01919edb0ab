import { TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { FieldNode } from 'graphql';
import type { Problem } from '../../errors/problem.ts';
import { placesOf } from '../composition-problem.ts';
import { stringArgument } from '../federated-subgraph.ts';
import type { FederatedSubgraph, FieldInSubgraph } from '../federated-subgraph.ts';
import { parseFieldSet } from '../field-set.ts';
import type { Correction } from './correction.ts';

/**
 * `@theguild/federation-composition` 0.27.0 overflows its stack on fields that require each other in a circle. Apollo
 * reports that they cannot be satisfied.
 */
export const circularRequirements: Correction = {
  *check({ fields }) {
    for (const [coordinate, needs] of unobtainable(fields))
      yield toProblem(coordinate, needs, fields.get(coordinate) ?? []);
  },
};

type Needs = ReadonlyMap<string, readonly (readonly string[])[]>;

/** The fields that can be got in no order, with what each of the subgraphs that resolve them needs first. */
function unobtainable(fields: ReadonlyMap<string, readonly FieldInSubgraph[]>): Needs {
  const open = new Map(
    [...fields].map(([coordinate, defined]): [string, readonly (readonly string[])[]] => [
      coordinate,
      defined
        .filter(({ subgraph, type, field }) => !subgraph.isExternal(type, field))
        .map(({ subgraph, type, field }) => [
          ...requiredBy(stringArgument(subgraph.directives(field, 'requires')[0], 'fields'), type.name, subgraph),
        ]),
    ]),
  );
  let before: number;
  do {
    before = open.size;
    for (const [coordinate, ways] of open) {
      const isObtainable = ways.length === 0 || ways.some((needs) => needs.every((need) => !open.has(need)));
      if (isObtainable) open.delete(coordinate);
    }
  } while (open.size < before);
  return open;
}

/** The external fields that a field set names. */
function requiredBy(text: string | undefined, typeName: string, subgraph: FederatedSubgraph): ReadonlySet<string> {
  const needs = new Set<string>();
  const document = text === undefined ? undefined : parseFieldSet(typeName, text);
  if (document === undefined) return needs;
  const typeInfo = new TypeInfo(subgraph.schema.schema);
  const Field = ({ name }: FieldNode): void => {
    const type = subgraph.types.get(typeInfo.getParentType()?.name ?? '');
    const field = type?.fields.get(name.value);
    if (type !== undefined && field !== undefined && subgraph.isExternal(type, field))
      needs.add(`${type.name}.${name.value}`);
  };
  visit(document, visitWithTypeInfo(typeInfo, { Field }));
  return needs;
}

function toProblem(
  coordinate: string,
  ways: readonly (readonly string[])[],
  defined: readonly FieldInSubgraph[],
): Problem {
  const needs = [...new Set(ways.flat())].map((need) => `"${need}"`).join(' and ');
  return {
    severity: 'error',
    code: 'SATISFIABILITY_ERROR',
    message: `"${coordinate}" @requires ${needs}, and in the end itself: no order of fetches gives it.`,
    remedy:
      'Take one field out of the circle: resolve it from the key alone, or move it to the subgraph that needs it.',
    coordinate,
    places: placesOf(
      coordinate,
      defined.map(({ subgraph }) => subgraph.schema),
    ),
  };
}
