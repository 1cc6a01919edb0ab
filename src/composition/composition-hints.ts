import { isInterfaceType, isObjectType } from 'graphql';
import type { ConstDirectiveNode } from 'graphql';
import type { Problem } from '../errors/problem.ts';
import type { SubgraphSchema } from '../model/subgraph.ts';
import { placesOf } from './composition-problem.ts';

/** What composes, but probably not into what was meant. Codes are Apollo's. */
export function findHints(subgraphs: readonly SubgraphSchema[]): readonly Problem[] {
  return [...inconsistentTypes(subgraphs), ...overridesFromNowhere(subgraphs)];
}

// A field that may be null in one subgraph may be null in the API, whatever the others promise.
function* inconsistentTypes(subgraphs: readonly SubgraphSchema[]): Generator<Problem> {
  for (const [coordinate, types] of fieldTypes(subgraphs)) {
    if (new Set(types.values()).size < 2) continue;
    const named = [...types].map(([subgraph, type]) => `${type} in "${subgraph}"`).join(', ');
    yield {
      severity: 'hint',
      code: 'INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE',
      message: `"${coordinate}" is ${named}: clients see the loosest of them.`,
      remedy: 'Give the field the same type in every subgraph.',
      coordinate,
      places: placesOf(coordinate, subgraphs),
    };
  }
}

function fieldTypes(subgraphs: readonly SubgraphSchema[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const types = new Map<string, Map<string, string>>();
  for (const { name, schema, placeOf } of subgraphs) {
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        const coordinate = `${type.name}.${field.name}`;
        if (placeOf(coordinate) === undefined) continue;
        const bySubgraph = types.get(coordinate) ?? new Map<string, string>();
        types.set(coordinate, bySubgraph.set(name, String(field.type)));
      }
    }
  }
  return types;
}

// The composer keeps such an @override, and nothing is overridden.
function* overridesFromNowhere(subgraphs: readonly SubgraphSchema[]): Generator<Problem> {
  const names = new Set(subgraphs.map(({ name }) => name));
  for (const subgraph of subgraphs) {
    for (const { coordinate, from } of overrides(subgraph)) {
      if (names.has(from)) continue;
      yield {
        severity: 'hint',
        code: 'FROM_SUBGRAPH_DOES_NOT_EXIST',
        message: `"${coordinate}" overrides the field of a subgraph "${from}", and there is none of that name.`,
        remedy: 'Correct the name, or take @override away if the migration is done.',
        coordinate,
        subgraph: subgraph.name,
        places: placesOf(coordinate, [subgraph]),
      };
    }
  }
}

function* overrides({
  federationDocument,
}: SubgraphSchema): Generator<{ readonly coordinate: string; readonly from: string }> {
  for (const definition of federationDocument.definitions) {
    if (definition.kind !== 'ObjectTypeDefinition' && definition.kind !== 'ObjectTypeExtension') continue;
    for (const field of definition.fields ?? []) {
      const from = field.directives?.map(overrideSource).find((name) => name !== undefined);
      if (from !== undefined) yield { coordinate: `${definition.name.value}.${field.name.value}`, from };
    }
  }
}

function overrideSource(directive: ConstDirectiveNode): string | undefined {
  if (directive.name.value !== 'override' && directive.name.value !== 'federation__override') return undefined;
  const value = directive.arguments?.find((argument) => argument.name.value === 'from')?.value;
  return value?.kind === 'StringValue' ? value.value : undefined;
}
