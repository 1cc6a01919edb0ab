import { tidyDescription } from '../describe.ts';
import { type Located, pointerOf, textOf } from '../description.ts';
import { type DraftDirective, type DraftField, mapFrom, type Todo } from '../draft.ts';
import { distinctNames } from '../field-naming.ts';
import { quoteName } from '../json-path.ts';
import { toPascalCase, toSingular } from '../words.ts';
import { type Choice, readChoice, typenameProjection } from './choice.ts';
import type { FlatSchema } from './flat-schema.ts';
import { isIdentifier, leafType } from './leaf-type.ts';
import { objectProperties, type Property } from './object-properties.ts';
import {
  deprecation,
  fieldName,
  jsonTodos,
  listOf,
  ownDescription,
  ownName,
  type TypeUse,
  writeJson,
  writeLeaf,
  writeOnce,
  type Writing,
  type WrittenObject,
} from './writing.ts';

/** Writes the type of an answer, and what it leads to. `hint` names a type that has no name. */
export function writeOutput(at: Located, hint: string, writing: Writing): TypeUse {
  const schema = writing.read(at);
  const { isNullable } = schema;
  if (schema.isWithoutLinks) writing.simplified.set(pointerOf(at), { at, why: 'has links beside, which are left out' });
  const choice =
    schema.choices.length > 0 || schema.discriminator !== undefined ? writeChoice(schema, hint, writing) : undefined;
  if (choice !== undefined) return choice;
  if (schema.items !== undefined) return listOf(writeOutput(schema.items, toSingular(hint), writing), isNullable);
  const properties = objectProperties(schema, writing.read);
  if (properties === undefined) return writeLeaf(schema, hint, writing);
  if ([...properties.values()].every((property) => writing.read(property.at).isWriteOnly))
    return writeJson(schema, 'has no property that is answered', writing);
  const isFlattened = schema.choices.length > 0;
  return { type: writeObject({ schema, properties, hint, isFlattened }, writing), isNullable };
}

/** A base is an interface that those that extend it implement, any other choice is a union. */
function writeChoice(schema: FlatSchema, hint: string, writing: Writing): TypeUse | undefined {
  const choice = readChoice(schema, writing.read);
  if (choice === undefined) return undefined;
  return choice.isShared
    ? writeInterface(schema, { choice, hint }, writing)
    : writeUnion(schema, { choice, hint }, writing);
}

type ChoicePlan = { readonly choice: Choice; readonly hint: string };

function writeUnion(schema: FlatSchema, { choice, hint }: ChoicePlan, writing: Writing): TypeUse {
  const members = writeMembers({ choice, hint }, writing);
  const name = writeOnce(writing, `union ${schema.key}`, {
    claim: () => writing.names.claim(ownName(schema, hint, writing), `${ownName(schema, hint, writing)}Choice`),
    write: (union) => {
      const description = tidyDescription(schema.description);
      writing.types.set(union, { kind: 'union', name: union, description, members: [...new Set(members)] });
    },
  });
  return { type: name, isNullable: schema.isNullable, project: typenameProjection(choice, members) };
}

/** Its fields follow when all members have theirs: they may lead back here. */
function writeInterface(schema: FlatSchema, { choice, hint }: ChoicePlan, writing: Writing): TypeUse {
  const name = writeOnce(writing, `interface ${schema.key}`, {
    claim: () => writing.names.claim(ownName(schema, hint, writing), `${ownName(schema, hint, writing)}Interface`),
    write: (own) => {
      writing.types.set(own, { kind: 'interface', name: own, fields: [] });
      const heirs = writeMembers({ choice, hint: own }, writing);
      const members = choice.hasOthers ? [...heirs, writeOther(schema, { choice, hint }, writing)] : heirs;
      for (const member of new Set(members)) writing.objects.get(member)?.interfaces.push(own);
      writing.interfaces.set(own, { schema, members });
    },
  });
  const members = writeMembers({ choice, hint: name }, writing);
  const other = choice.hasOthers ? writeOther(schema, { choice, hint }, writing) : undefined;
  return { type: name, isNullable: schema.isNullable, project: typenameProjection(choice, members, other) };
}

/** The base itself, for what is none of those that extend it. */
function writeOther(schema: FlatSchema, { hint }: ChoicePlan, writing: Writing): string {
  const properties = objectProperties(schema, writing.read, true) ?? new Map<string, Property>();
  return writeObject({ schema, properties, hint, name: `Other${ownName(schema, hint, writing)}` }, writing);
}

function writeMembers({ choice, hint }: ChoicePlan, writing: Writing): readonly string[] {
  return choice.options.map((option, index) => {
    const own = toPascalCase(option.schema.title ?? option.values[0] ?? String(index + 1));
    const properties = objectProperties(option.schema, writing.read, true) ?? new Map<string, Property>();
    return writeObject({ schema: option.schema, properties, hint: hint + own }, writing);
  });
}

type ObjectPlan = {
  readonly schema: FlatSchema;
  readonly properties: ReadonlyMap<string, Property>;
  readonly hint: string;
  /** Instead of its own. */
  readonly name?: string;
  /** It has the fields of all its choices. */
  readonly isFlattened?: boolean;
};

const flattened: Todo = {
  kind: 'choice',
  text: 'one of several objects that nothing tells apart. If you know what does, write a union, and __typename by @map',
};

function writeObject({ schema, properties, hint, name: given, isFlattened }: ObjectPlan, writing: Writing): string {
  const wanted = given ?? ownName(schema, hint, writing);
  return writeOnce(writing, `output ${schema.key}`, {
    claim: () => writing.names.claim(wanted, `${wanted}Object`),
    write: (name) => {
      const fields: DraftField[] = [];
      const directives: DraftDirective[] = [];
      const interfaces: string[] = [];
      const todos: Todo[] = isFlattened ? [flattened] : [];
      writing.objects.set(name, { schema, fields, directives, interfaces, todos });
      writing.types.set(name, {
        kind: 'object',
        name,
        description: tidyDescription(schema.description),
        interfaces,
        directives,
        todos,
        fields,
      });
      const distinct = distinctNames();
      for (const [wireName, property] of properties) {
        const ownerName = baseName(property, schema, writing) ?? name;
        const field = writeField({ wireName, property, owner: schema, ownerName }, writing);
        if (field !== undefined) fields.push({ ...field, name: distinct(field.name) });
      }
    },
  });
}

/** The component that has a property, which others may inherit: what has no name is named after it. */
function baseName({ at: { pointer } }: Property, { name }: FlatSchema, { typeNameOf }: Writing): string | undefined {
  const [, component] = /^\/components\/schemas\/([^/]+)\/properties\/[^/]+$/.exec(pointer) ?? [];
  return component === undefined || component === name ? undefined : typeNameOf(component);
}

/** An interface's fields: what of its base all members have, and have alike. */
export function writeInterfaceFields(writing: Writing): void {
  for (const [name, { schema, members }] of writing.interfaces) {
    const objects = members.flatMap((member) => writing.objects.get(member) ?? []);
    const base = [...(objectProperties(schema, writing.read, true) ?? [])].flatMap(
      ([wireName, property]) => writeField({ wireName, property, owner: schema, ownerName: name }, writing) ?? [],
    );
    const fields = base.flatMap((field) => commonField(field, objects) ?? []);
    const description = tidyDescription(schema.description);
    if (fields.length > 0) writing.types.set(name, { kind: 'interface', name, description, fields });
    else {
      writing.types.set(name, { kind: 'union', name, description, members: [...new Set(members)] });
      for (const { interfaces } of objects) interfaces.splice(interfaces.indexOf(name), 1);
    }
  }
}

/** Nullable where one of them is; undefined where one has it as something else. Where it comes from is each object's. */
function commonField(field: DraftField, objects: readonly WrittenObject[]): DraftField | undefined {
  const types = objects.map(({ fields }) => fields.find(({ name }) => name === field.name)?.type);
  const [nullable, ...others] = new Set([field.type, ...types].map((type) => type?.replace(/!$/, '')));
  if (nullable === undefined || others.length > 0) return undefined;
  const isThere = types.every((type) => type?.endsWith('!') === true);
  const directives = field.directives.filter(({ name }) => name === 'deprecated');
  return { ...field, type: nullable + (isThere ? '!' : ''), directives };
}

type FieldPlan = {
  readonly wireName: string;
  readonly property: Property;
  readonly owner: FlatSchema;
  readonly ownerName: string;
};

function writeField(plan: FieldPlan, writing: Writing): DraftField | undefined {
  const { wireName, property, owner } = plan;
  const schema = writing.read(property.at);
  if (schema.isWriteOnly) return undefined;
  const isKey = writing.hints.keyProperties(owner).includes(wireName);
  const reference = isKey ? undefined : writing.hints.reference(wireName, { schema, owner }, writing);
  const mapped = reference === undefined ? writeMappedField(plan, writing) : undefined;
  if (mapped !== undefined) return mapped;
  if (reference === undefined) return writeValueField(plan, { schema, isKey }, writing);
  const { name, type, map } = reference;
  return { name, type, description: tidyDescription(schema.description), args: [], directives: [mapFrom(map)] };
}

/** `x-selvedge-map: price.amount`: what is meant stands deeper in the answer. */
function writeMappedField(plan: FieldPlan, writing: Writing): DraftField | undefined {
  const { wireName, property, owner } = plan;
  const from = textOf(property.at, 'x-selvedge-map');
  if (from === undefined) return undefined;
  let found: Property | undefined;
  let inside: FlatSchema | undefined = owner;
  for (const name of from.split('.')) {
    const at: Located | undefined = inside.properties.get(name);
    if (at === undefined) return undefined;
    const isRequired: boolean = inside.required.has(name) && found?.isRequired !== false;
    found = { at, isRequired, isMixed: false };
    inside = writing.read(at);
  }
  if (found === undefined) return undefined;
  const { name } = fieldName(wireName, property.at, writing);
  const field = writeValueField(
    { ...plan, wireName: name, property: found },
    { schema: inside, isKey: false },
    writing,
  );
  return { ...field, name, directives: [mapFrom(from)] };
}

type Meaning = { readonly schema: FlatSchema; readonly isKey: boolean };

function writeValueField(plan: FieldPlan, { schema, isKey }: Meaning, writing: Writing): DraftField {
  const use: TypeUse = isKey ? { type: 'ID', isNullable: false } : fieldType(plan, schema, writing);
  const { name, isSame } = fieldName(plan.wireName, plan.property.at, writing);
  const path = quoteName(plan.wireName);
  const from = use.project?.(path) ?? (isSame ? undefined : path);
  const isThere = isKey || (plan.property.isRequired && !use.isNullable);
  return {
    name,
    type: use.type + (isThere ? '!' : ''),
    description: ownDescription(schema, use, writing),
    args: [],
    todos: jsonTodos(use),
    directives: [...(from === undefined ? [] : [mapFrom(from)]), ...deprecation(schema)],
  };
}

const identifiers: ReadonlySet<string | undefined> = new Set(['Int', 'BigInt', 'String', 'UUID']);

function fieldType({ wireName, property, ownerName }: FieldPlan, schema: FlatSchema, writing: Writing): TypeUse {
  if (property.isMixed) return writeJson(schema, 'is of other types in other choices', writing);
  const isLeaf = schema.properties.size === 0 && schema.items === undefined && schema.values === undefined;
  const isId = isLeaf && isIdentifier(wireName) && identifiers.has(leafType(schema));
  return isId
    ? { type: 'ID', isNullable: schema.isNullable }
    : writeOutput(property.at, ownerName + toPascalCase(wireName), writing);
}
