import { Kind } from 'graphql';
import type { Problem } from '../../errors/problem.ts';
import { namedTypeOf } from '../../subgraph/type-index.ts';
import { readScopes } from '../access-rules.ts';
import { placesOf } from '../composition-problem.ts';
import type { FederatedGraph } from '../federated-graph.ts';
import { stringArgument } from '../federated-subgraph.ts';
import type { FederatedSubgraph, FieldInSubgraph } from '../federated-subgraph.ts';
import { parseFieldSet } from '../field-set.ts';
import { remedyFor } from '../remedies.ts';
import type { Correction } from './correction.ts';

/**
 * `@theguild/federation-composition` 0.27.0 asks only of object types that a field be protected like those it
 * `@requires`: a field of an `@interfaceObject` would tell everybody what a type of the interface protects.
 */
export const interfaceObjectAccess: Correction = {
  *check(graph) {
    for (const subgraph of graph.subgraphs) {
      for (const type of subgraph.types.values()) {
        if (!subgraph.has(type, 'interfaceObject')) continue;
        for (const field of type.fields.values()) yield* problemsOf({ subgraph, type, field }, graph);
      }
    }
  },
};

type Access = { readonly authenticated: boolean; readonly scopes: Scopes };

/** Sets of scopes, one of which is needed whole; null where none is asked for. */
type Scopes = readonly (readonly string[])[] | null;

type Bearer = readonly [FederatedSubgraph, Parameters<FederatedSubgraph['directives']>[0]];

function* problemsOf(requiring: FieldInSubgraph, graph: FederatedGraph): Generator<Problem> {
  const { subgraph, type, field } = requiring;
  const required = requiredNames(requiring);
  if (required.length === 0) return;
  const coordinate = `${type.name}.${field.name.value}`;
  const given = together([...typesNamed(type.name, graph), ...fieldsAt(coordinate, graph)].map(accessOf));
  const owners = [type.name, ...implementing(type.name, graph)];
  const closed = required
    .flatMap((name) => owners.map((owner) => `${owner}.${name}`))
    .filter((needed) => bearersOf(needed, graph).some((bearer) => !isEnough(given, accessOf(bearer))));
  if (closed.length === 0) return;
  yield {
    severity: 'error',
    code: 'MISSING_TRANSITIVE_AUTH_REQUIREMENTS',
    message: `"${coordinate}" @requires ${closed.map((each) => `"${each}"`).join(' and ')}, and is not protected as strictly.`,
    remedy: remedyFor('MISSING_TRANSITIVE_AUTH_REQUIREMENTS'),
    coordinate,
    subgraph: subgraph.name,
    places: placesOf(coordinate, [subgraph.schema]),
  };
}

function requiredNames({ subgraph, type, field }: FieldInSubgraph): readonly string[] {
  const text = stringArgument(subgraph.directives(field, 'requires')[0], 'fields');
  const [fragment] = (text === undefined ? undefined : parseFieldSet(type.name, text))?.definitions ?? [];
  if (fragment?.kind !== Kind.FRAGMENT_DEFINITION) return [];
  const names = fragment.selectionSet.selections.flatMap((node) => (node.kind === Kind.FIELD ? [node.name.value] : []));
  return [...new Set(names)];
}

/** The object types of an interface, as all subgraphs know them together. */
function implementing(name: string, { subgraphs }: FederatedGraph): ReadonlySet<string> {
  const objects = subgraphs.flatMap(({ types }) => [...types.values()]).filter(({ kind }) => kind === 'object');
  return new Set(objects.filter(({ interfaces }) => interfaces.has(name)).map((object) => object.name));
}

/** What may protect a field: itself, and the type of its values, wherever they are defined. */
function bearersOf(coordinate: string, graph: FederatedGraph): readonly Bearer[] {
  const fields = graph.fields.get(coordinate) ?? [];
  const valueTypes = new Set(fields.map(({ field }) => namedTypeOf(field.type).name.value));
  return [...fieldsAt(coordinate, graph), ...[...valueTypes].flatMap((name) => typesNamed(name, graph))];
}

const fieldsAt = (coordinate: string, { fields }: FederatedGraph): readonly Bearer[] =>
  (fields.get(coordinate) ?? []).map(({ subgraph, field }) => [subgraph, field]);

const typesNamed = (name: string, { subgraphs }: FederatedGraph): readonly Bearer[] =>
  subgraphs.flatMap((subgraph) => {
    const type = subgraph.types.get(name);
    return type === undefined ? [] : [[subgraph, type] as const];
  });

// Federation 1 has neither directive: there they are the team's own.
function accessOf([subgraph, node]: Bearer): Access {
  if (!subgraph.isFederation2) return { authenticated: false, scopes: null };
  return {
    authenticated: subgraph.has(node, 'authenticated'),
    scopes: readScopes(subgraph.directives(node, 'requiresScopes')[0]),
  };
}

function together(accesses: readonly Access[]): Access {
  const scopes = accesses.map((access) => access.scopes).filter((each) => each !== null);
  return {
    authenticated: accesses.some(({ authenticated }) => authenticated),
    scopes:
      scopes.length === 0
        ? null
        : scopes.reduce((left, right) => left.flatMap((one) => right.map((other) => [...one, ...other]))),
  };
}

/** Whether all who have the one access have the other. */
function isEnough(given: Access, needed: Access): boolean {
  if (needed.authenticated && !given.authenticated) return false;
  const { scopes } = needed;
  if (scopes === null) return true;
  return given.scopes?.every((held) => scopes.some((asked) => asked.every((scope) => held.includes(scope)))) ?? false;
}
