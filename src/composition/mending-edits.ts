import { print } from 'graphql';
import type { TypeEntry } from '../subgraph/type-index.ts';
import { isResolvedIn, stringArgument } from './federated-subgraph.ts';
import type { FederatedSubgraph } from './federated-subgraph.ts';
import { parseFieldSet } from './field-set.ts';
import type { Obstacle } from './obstacle.ts';

/** Edits of schemas, each of which would take an obstacle away: which subgraph, and what to write there. */
export function mendingEdits(
  obstacles: readonly Obstacle[],
  subgraphs: readonly FederatedSubgraph[],
): readonly string[] {
  const byName = new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph]));
  const edits = obstacles.flatMap((obstacle) => editsFor(obstacle, byName));
  return [...new Set(edits)].slice(0, MOST_EDITS);
}

const MOST_EDITS = 3;

type Subgraphs = ReadonlyMap<string, FederatedSubgraph>;

function editsFor(obstacle: Obstacle, subgraphs: Subgraphs): readonly string[] {
  switch (obstacle.kind) {
    case 'no-key':
      if (ROOT_TYPES.has(obstacle.typeName)) return [leadElsewhere(obstacle)];
      return [
        ...giveKey(obstacle, subgraphs),
        ...resolveThere(obstacle.source, obstacle.target, `${obstacle.typeName}.${obstacle.fieldName}`, subgraphs),
      ];
    case 'key':
      return [...giveKeyFields(obstacle, subgraphs), ...giveKey(obstacle, subgraphs)];
    case 'requires':
      return reachRequired(obstacle, subgraphs);
    case 'external':
      return [...subgraphs.values()]
        .filter((other) => isResolvedIn(other, obstacle.typeName, obstacle.fieldName))
        .flatMap((other) => giveKey({ ...obstacle, target: other.name }, subgraphs));
    case 'no-implementation':
      return [...subgraphs.values()]
        .filter(({ types }) => types.get(obstacle.typeName)?.kind === 'interface')
        .flatMap((other) => giveKey({ ...obstacle, target: other.name }, subgraphs));
    case 'missing':
    case 'other':
      return [];
  }
}

/** Root types that no field leads to, but for `Query`. */
export const ROOT_TYPES: ReadonlySet<string> = new Set(['Mutation', 'Subscription']);

function leadElsewhere({ source, typeName }: Move): string {
  return `In "${source}", take off the fields of type ${typeName}, or make them lead to Query.`;
}

type Move = { readonly source: string; readonly target: string; readonly typeName: string };

/** The target gets a key of the type that the source has. */
function giveKey({ source, target, typeName }: Move, subgraphs: Subgraphs): readonly string[] {
  const there = subgraphs.get(target)?.types.get(typeName);
  const here = subgraphs.get(source)?.types.get(typeName);
  const from = subgraphs.get(source);
  const to = subgraphs.get(target);
  if (there === undefined || here === undefined || from === undefined || to === undefined) return [];
  const key = keysOf(from, here)[0] ?? sharedId(here, there);
  if (key === undefined) return [];
  const unresolvable = to.directives(there, 'key').find((each) => stringArgument(each, 'fields') === key);
  if (unresolvable !== undefined)
    return [
      `In "${target}", take \`resolvable: false\` off ${print(unresolvable)} of ${typeName}, and resolve it there.`,
    ];
  const missing = fieldNames(key).filter((name) => !there.fields.has(name));
  return [
    `In "${target}", write: ${printType(
      there,
      key,
      missing.map((name) => printField(here, name)),
    )}`,
  ];
}

/** The source gets the fields of the target's key. */
function giveKeyFields(obstacle: Extract<Obstacle, { kind: 'key' }>, subgraphs: Subgraphs): readonly string[] {
  const here = subgraphs.get(obstacle.source)?.types.get(obstacle.typeName);
  const there = subgraphs.get(obstacle.target)?.types.get(obstacle.typeName);
  if (here === undefined || there === undefined) return [];
  const missing = fieldNames(obstacle.key).filter((name) => !here.fields.has(name) && there.fields.has(name));
  if (missing.length === 0) return [];
  const fields = missing.map((name) => printField(there, name));
  return [`In "${obstacle.source}", write: ${printType(here, obstacle.key, fields)}`];
}

/** The subgraphs that resolve the required fields get the key of the one that requires them. */
function reachRequired(obstacle: Extract<Obstacle, { kind: 'requires' }>, subgraphs: Subgraphs): readonly string[] {
  const requiring = subgraphs.get(obstacle.source);
  const field = requiring?.types.get(obstacle.typeName)?.fields.get(obstacle.fieldName);
  if (requiring === undefined || field === undefined) return [];
  const required = fieldNames(stringArgument(requiring.directives(field, 'requires')[0], 'fields') ?? '');
  return [...subgraphs.values()]
    .filter((other) => required.some((name) => isResolvedIn(other, obstacle.typeName, name)))
    .filter((other) => {
      const type = other.types.get(obstacle.typeName);
      return type !== undefined && keysOf(other, type).length === 0;
    })
    .flatMap((other) =>
      giveKey({ source: obstacle.source, target: other.name, typeName: obstacle.typeName }, subgraphs),
    );
}

/** The source resolves the field itself. */
function resolveThere(source: string, target: string, coordinate: string, subgraphs: Subgraphs): readonly string[] {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const here = subgraphs.get(source)?.types.get(typeName);
  const there = subgraphs.get(target)?.types.get(typeName);
  if (here === undefined || there === undefined) return [];
  return [
    `In "${source}", write: type ${typeName} { ${printField(there, fieldName)} @shareable … }, and mark it @shareable in "${target}".`,
  ];
}

function keysOf({ directives }: FederatedSubgraph, type: TypeEntry): readonly string[] {
  return directives(type, 'key').flatMap((key) => stringArgument(key, 'fields') ?? []);
}

// Where no subgraph has a key yet: a field that both have and that is made to be one.
function sharedId(here: TypeEntry, there: TypeEntry): string | undefined {
  const ids = [...here.fields.values()].filter((field) => print(field.type) === 'ID!').map(({ name }) => name.value);
  return ids.find((name) => there.fields.has(name));
}

function fieldNames(key: string): readonly string[] {
  const fragment = parseFieldSet('Key', key)?.definitions[0];
  if (fragment === undefined || !('selectionSet' in fragment)) return [];
  return fragment.selectionSet.selections.flatMap((selection) => ('name' in selection ? selection.name.value : []));
}

function printField(type: TypeEntry, name: string): string {
  const field = type.fields.get(name);
  return field === undefined ? name : `${name}: ${print(field.type)}`;
}

function printType({ name, kind }: TypeEntry, key: string, fields: readonly string[]): string {
  const keyword = kind === 'interface' ? 'interface' : 'type';
  return `${keyword} ${name} @key(fields: ${JSON.stringify(key)}) { ${[...fields, '…'].join(' ')} }`;
}
