import { tidyDescription } from '../describe.ts';
import { type Located, textOf } from '../description.ts';
import { type DraftDirective, type DraftField, mapFrom } from '../draft.ts';
import { distinctNames } from '../field-naming.ts';
import { quoteName } from '../json-path.ts';
import { toPascalCase, toSingular } from '../words.ts';
import { readChoice, typenameProjection } from './choice.ts';
import type { FlatSchema } from './flat-schema.ts';
import { isIdentifier, leafType } from './leaf-type.ts';
import { objectProperties, type Property } from './object-properties.ts';
import {
  deprecation,
  fieldName,
  listOf,
  ownName,
  type TypeUse,
  writeJson,
  writeLeaf,
  writeOnce,
  type Writing,
} from './writing.ts';

/** Writes the type of an answer, and what it leads to. `hint` names a type that has no name. */
export function writeOutput(at: Located, hint: string, writing: Writing): TypeUse {
  const schema = writing.read(at);
  const { isNullable } = schema;
  const choice =
    schema.choices.length > 0 || schema.discriminator !== undefined ? writeUnion(schema, hint, writing) : undefined;
  if (choice !== undefined) return choice;
  if (schema.items !== undefined) return listOf(writeOutput(schema.items, toSingular(hint), writing), isNullable);
  const properties = objectProperties(schema, writing.read);
  if (properties === undefined) return writeLeaf(schema, hint, writing);
  if ([...properties.values()].every((property) => writing.read(property.at).isWriteOnly))
    return writeJson(schema, 'has no property that is answered', writing);
  return { type: writeObject({ schema, properties, hint }, writing), isNullable };
}

function writeUnion(schema: FlatSchema, hint: string, writing: Writing): TypeUse | undefined {
  const choice = readChoice(schema, writing.read);
  if (choice === undefined) return undefined;
  const members = choice.options.map((option, index) => {
    const own = toPascalCase(option.schema.title ?? option.values[0] ?? String(index + 1));
    const properties = objectProperties(option.schema, writing.read, true) ?? new Map<string, Property>();
    return writeObject({ schema: option.schema, properties, hint: hint + own }, writing);
  });
  const name = writeOnce(writing, `union ${schema.key}`, {
    claim: () => writing.names.claim(ownName(schema, hint, writing), `${ownName(schema, hint, writing)}Choice`),
    write: (union) => {
      const description = tidyDescription(schema.description);
      writing.types.set(union, { kind: 'union', name: union, description, members: [...new Set(members)] });
    },
  });
  return { type: name, isNullable: schema.isNullable, project: typenameProjection(choice, members) };
}

type ObjectPlan = {
  readonly schema: FlatSchema;
  readonly properties: ReadonlyMap<string, Property>;
  readonly hint: string;
};

function writeObject({ schema, properties, hint }: ObjectPlan, writing: Writing): string {
  return writeOnce(writing, `output ${schema.key}`, {
    claim: () => writing.names.claim(ownName(schema, hint, writing), `${ownName(schema, hint, writing)}Object`),
    write: (name) => {
      const fields: DraftField[] = [];
      const directives: DraftDirective[] = [];
      writing.objects.set(name, { schema, fields, directives });
      writing.types.set(name, {
        kind: 'object',
        name,
        description: tidyDescription(schema.description),
        directives,
        fields,
      });
      const distinct = distinctNames();
      for (const [wireName, property] of properties) {
        const field = writeField({ wireName, property, owner: schema, ownerName: name }, writing);
        if (field !== undefined) fields.push({ ...field, name: distinct(field.name) });
      }
    },
  });
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
    description: tidyDescription(schema.description),
    args: [],
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
