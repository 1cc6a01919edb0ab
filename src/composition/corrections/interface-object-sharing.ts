import type { Problem } from '../../errors/problem.ts';
import { placesOf } from '../composition-problem.ts';
import type { FederatedGraph } from '../federated-graph.ts';
import { resolvingIn } from '../federated-subgraph.ts';
import type { FieldInSubgraph } from '../federated-subgraph.ts';
import { isKeyField } from '../key-fields.ts';
import { remedyFor } from '../remedies.ts';
import type { Correction } from './correction.ts';

const CODE = 'INVALID_FIELD_SHARING';

/**
 * `@theguild/federation-composition` 0.27.0 does not see `@shareable` on the fields of an `@interfaceObject`: it refuses what is
 * shared by two of them, and accepts one that is not shareable beside an object type that gives the same field.
 */
export const interfaceObjectSharing: Correction = {
  rephrase(problems, graph) {
    const isFalse = falseIn(graph);
    const blamed = problems.filter(({ code }) => code === CODE);
    if (blamed.length === 0 || !blamed.every(isFalse)) return undefined;
    return { schemas: graph.subgraphs.map(({ schema }) => schema), proven: ['InvalidFieldSharingRule'] };
  },
  amend: (problems, graph) => {
    const isFalse = falseIn(graph);
    return problems.filter((problem) => !isFalse(problem));
  },
  *check(graph) {
    const hasAny = graph.subgraphs.some((each) =>
      [...each.types.values()].some((type) => each.has(type, 'interfaceObject')),
    );
    if (!hasAny) return;
    for (const [coordinate, defined] of graph.fields) {
      const objects = resolvingIn(defined).filter((entry) => entry.type.kind === 'object' && !isInterfaceObject(entry));
      const through = objects.length === 0 ? [] : throughInterfaces(objects, graph);
      const unshared = through.filter((entry) => !isShareable(entry));
      // Where an object type does not share the field itself, the composer says so.
      if (unshared.length > 0 && objects.every(isShareable))
        yield unsharedProblem(coordinate, [...objects, ...unshared]);
    }
  },
};

function falseIn({ fields }: FederatedGraph): (problem: Problem) => boolean {
  return ({ code, message }) => {
    const [, coordinate = ''] = /^Non-shareable field "([\w.]+)"/.exec(message) ?? [];
    const given = (fields.get(coordinate) ?? []).filter(isInterfaceObject);
    return code === CODE && given.length > 1 && resolvingIn(given).every(isShareable);
  };
}

/** The same field where an `@interfaceObject` gives it to the types of objects. */
function throughInterfaces(objects: readonly FieldInSubgraph[], graph: FederatedGraph): readonly FieldInSubgraph[] {
  const interfaces = new Set(objects.flatMap(({ type }) => [...type.interfaces]));
  const name = objects[0]?.field.name.value ?? '';
  return [...interfaces].flatMap((each) =>
    resolvingIn(graph.fields.get(`${each}.${name}`) ?? []).filter(
      (entry) => isInterfaceObject(entry) && !isKeyField(entry),
    ),
  );
}

function isInterfaceObject({ subgraph, type }: FieldInSubgraph): boolean {
  return subgraph.has(type, 'interfaceObject');
}

function isShareable(entry: FieldInSubgraph): boolean {
  const { subgraph, type, field } = entry;
  return (
    subgraph.has(field, 'shareable') || subgraph.has(type, 'shareable') || isKeyField(entry) || !subgraph.isFederation2
  );
}

function unsharedProblem(coordinate: string, resolving: readonly FieldInSubgraph[]): Problem {
  const names = [...new Set(resolving.map(({ subgraph }) => `"${subgraph.name}"`))].join(' and ');
  const unshared = resolving.filter((entry) => !isShareable(entry));
  const through = unshared.map(
    ({ subgraph, type, field }) => `"${type.name}.${field.name.value}" in "${subgraph.name}"`,
  );
  return {
    severity: 'error',
    code: CODE,
    message: `"${coordinate}" is resolved by ${names}, and its @interfaceObject field ${through.join(' and ')} is not shareable.`,
    remedy: remedyFor(CODE),
    coordinate,
    places: resolving.flatMap(({ subgraph, type, field }) =>
      placesOf(`${type.name}.${field.name.value}`, [subgraph.schema]),
    ),
  };
}
