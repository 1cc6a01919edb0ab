import {
  type ASTNode,
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  Kind,
  type NameNode,
  parse,
  print,
  visit,
} from 'graphql';
import { stringArgument } from '../../subgraph/entity-keys.ts';
import { indexTypes, type TypeEntry, type TypeIndex } from '../../subgraph/type-index.ts';
import { applyEdits, type TextEdit } from './text-edits.ts';

/** How much of a type's fields must be the same for it to be the one that was renamed. */
const ALIKE = 0.5;

/** Both texts with the names that a person has given since: of types first, then of their fields. */
export function renameLikeMine({ base, mine, next }: MergeTexts): MergeTexts {
  const own = indexTypes(parse(mine));
  const types = findRenamedTypes(indexTypes(parse(base)), own);
  const [typed, nextTyped] = [base, next].map((text) => renameTypes(text, types));
  if (typed === undefined || nextTyped === undefined) return { base, mine, next };
  const fields = findRenamedFields(indexTypes(parse(typed)), own);
  return { base: renameFields(typed, fields), mine, next: renameFields(nextTyped, fields) };
}

/** The schema as it was imported last, as it is now, and as it would be imported today. */
export type MergeTexts = { readonly base: string; readonly mine: string; readonly next: string };

function findRenamedTypes(base: TypeIndex, mine: TypeIndex): ReadonlyMap<string, string> {
  const gone = [...base.types.values()].filter(({ name }) => !mine.types.has(name));
  const fresh = [...mine.types.values()].filter(({ name }) => !base.types.has(name));
  const renames = new Map<string, string>();
  for (const entry of gone) {
    const [best] = fresh
      .filter((candidate) => candidate.kind === entry.kind && ![...renames.values()].includes(candidate.name))
      .map((candidate) => ({ name: candidate.name, likeness: likenessOf(entry, candidate) }))
      .toSorted((a, b) => b.likeness - a.likeness);
    if (best !== undefined && best.likeness >= ALIKE) renames.set(entry.name, best.name);
  }
  return renames;
}

function likenessOf(one: TypeEntry, other: TypeEntry): number {
  const [first, second] = [one, other].map(memberNames);
  if (first === undefined || second === undefined) return 0;
  const all = first.union(second);
  return all.size === 0 ? 0 : first.intersection(second).size / all.size;
}

function memberNames({ fields, inputFields, nodes }: TypeEntry): ReadonlySet<string> {
  const others = nodes.flatMap((node): readonly string[] => {
    if ('values' in node) return (node.values ?? []).map(({ name }) => name.value);
    return 'types' in node ? (node.types ?? []).map(({ name }) => name.value) : [];
  });
  return new Set([...fields.keys(), ...inputFields.keys(), ...others]);
}

function renameTypes(text: string, names: ReadonlyMap<string, string>): string {
  if (names.size === 0) return text;
  const edits: TextEdit[] = [];
  const rename = ({ name }: { readonly name: NameNode }): void => {
    const renamed = names.get(name.value);
    if (renamed !== undefined) edits.push(editOf(name, renamed));
  };
  visit(parse(text), {
    NamedType: rename,
    ObjectTypeDefinition: rename,
    InterfaceTypeDefinition: rename,
    InputObjectTypeDefinition: rename,
    EnumTypeDefinition: rename,
    UnionTypeDefinition: rename,
    ScalarTypeDefinition: rename,
    StringValue: (node) => {
      // `merge(pet, { __typename: kind == 'cat' && 'Cat' })`
      if (!node.value.includes('__typename')) return;
      const value = node.value.replaceAll(/'(\w+)'/g, (found, name: string) =>
        names.has(name) ? `'${names.get(name)}'` : found,
      );
      if (value !== node.value) edits.push(editOf(node, JSON.stringify(value)));
    },
  });
  return applyEdits(text, edits);
}

function editOf({ loc }: ASTNode, text: string): TextEdit {
  return { start: loc?.start ?? 0, end: loc?.end ?? 0, text };
}

/** `Type.field` → the name that the field has now. */
function findRenamedFields(base: TypeIndex, mine: TypeIndex): ReadonlyMap<string, string> {
  const renames = new Map<string, string>();
  for (const entry of base.types.values()) {
    const own = mine.types.get(entry.name);
    if (own === undefined) continue;
    const fresh = [...own.fields.values()].filter(({ name }) => !entry.fields.has(name.value));
    for (const [name, field] of entry.fields) {
      if (own.fields.has(name)) continue;
      const identity = identityOf(field);
      const found = fresh.find((candidate) => identityOf(candidate) === identity);
      if (found !== undefined) renames.set(`${entry.name}.${name}`, found.name.value);
    }
  }
  return renames;
}

function renameFields(text: string, names: ReadonlyMap<string, string>): string {
  if (names.size === 0) return text;
  const edits = parse(text).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    return (definition.fields ?? []).flatMap((field) => {
      const name = names.get(`${definition.name.value}.${field.name.value}`);
      return name === undefined ? [] : [editOf(field.name, name)];
    });
  });
  return applyEdits(text, edits);
}

/** What makes a field the same whatever it is called: the call, or the place in the answer. */
function identityOf({ name, directives = [] }: FieldDefinitionNode): string {
  const call = directives.find((directive) => !['map', 'deprecated'].includes(directive.name.value));
  if (call !== undefined) return callIdentity(call);
  const map = directives.find((directive) => directive.name.value === 'map');
  const from = map === undefined ? undefined : stringArgument(map, 'from');
  return `field ${(from ?? name.value).replaceAll(/[_"]/g, '').toLowerCase()}`;
}

const placeNames = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'method', 'topic'];

function callIdentity(call: ConstDirectiveNode): string {
  const places = placeNames.flatMap((name) => {
    const text = stringArgument(call, name);
    return text === undefined
      ? []
      : [`${name} ${text.replaceAll(/\{[?&][^}]*\}|\?.*$/g, '').replaceAll(/\{[^}]*\}/g, '{}')}`];
  });
  return places.length === 0 ? print(call) : `@${call.name.value} ${places.join(' ')}`;
}
