import { tidyDescription } from '../describe.ts';
import type { Located } from '../description.ts';
import { type DraftInput, mapFrom } from '../draft.ts';
import { distinctNames } from '../field-naming.ts';
import { printLiteral } from '../print-draft.ts';
import { toPascalCase, toSingular } from '../words.ts';
import type { FlatSchema } from './flat-schema.ts';
import { isIdentifier } from './leaf-type.ts';
import { objectProperties, type Property } from './object-properties.ts';
import { writeConstraint } from './write-constraint.ts';
import {
  deprecation,
  fieldName,
  listOf,
  ownDescription,
  ownName,
  type TypeUse,
  writeJson,
  writeLeaf,
  writeOnce,
  type Writing,
} from './writing.ts';

/** Writes the type of what is sent, and what it leads to. `hint` names a type that has no name. */
export function writeInput(at: Located, hint: string, writing: Writing): TypeUse {
  const { read } = writing;
  const schema = read(at);
  const { isNullable } = schema;
  if (schema.mayBeEmptyText && !schema.types.has('string'))
    writing.simplified.set(schema.key, { at: schema.at, why: 'may also be "", which the schema does not offer' });
  if (schema.items !== undefined) return listOf(writeInput(schema.items, toSingular(hint), writing), isNullable);
  const properties = objectProperties(schema, read);
  if (properties === undefined) return writeLeaf(schema, hint, writing);
  const sent = [...properties].filter(([, property]) => isSent(read(property.at)));
  if (sent.length === 0) return writeJson(schema, 'has no property that may be sent', writing);
  return { type: writeInputObject({ schema, properties: sent, hint }, writing), isNullable };
}

/** Properties that only answers have, or that the gateway fills in, are not the client's to send. */
function isSent({ isReadOnly, extensions }: FlatSchema): boolean {
  return !isReadOnly && extensions['x-selvedge-from'] === undefined;
}

type InputPlan = {
  readonly schema: FlatSchema;
  readonly properties: readonly (readonly [string, Property])[];
  readonly hint: string;
};

function writeInputObject({ schema, properties, hint }: InputPlan, writing: Writing): string {
  return writeOnce(writing, `input ${schema.key}`, {
    claim: () => {
      const name = ownName(schema, hint, writing);
      return /(Input|Request|Params)$/.test(name)
        ? writing.names.claim(name)
        : writing.names.claim(name, `${name}Input`);
    },
    write: (name) => {
      const fields: DraftInput[] = [];
      writing.types.set(name, { kind: 'input', name, description: tidyDescription(schema.description), fields });
      const distinct = distinctNames();
      for (const [wireName, property] of properties) {
        const field = writeInputField({ wireName, property, hint: name + toPascalCase(wireName) }, writing);
        const own = distinct(field.name);
        const directives =
          own === field.name
            ? field.directives
            : [mapFrom(wireName), ...field.directives.filter(({ name: directive }) => directive !== 'map')];
        // A default that is always sent would overwrite in a PATCH what the client did not mention.
        fields.push({ ...field, name: own, directives, initial: undefined });
      }
    },
  });
}

type InputFieldPlan = { readonly wireName: string; readonly property: Property; readonly hint: string };

/** One input field, or an argument that is sent under a name. */
export function writeInputField({ wireName, property, hint }: InputFieldPlan, writing: Writing): DraftInput {
  const schema = writing.read(property.at);
  const use = property.isMixed
    ? writeJson(schema, 'is of other types in other choices', writing)
    : writeInput(property.at, hint, writing);
  const { name, isSame } = fieldName(wireName, property.at, writing);
  const initial = writeDefault(schema, use, writing);
  const isNeeded = property.isRequired && !use.isNullable && initial === undefined;
  const type = idTextOr(use.type, wireName) + (isNeeded ? '!' : '');
  return {
    name,
    type,
    description: ownDescription(schema, use, writing),
    initial,
    // What must be given can't be deprecated.
    directives: [
      ...(isSame ? [] : [mapFrom(wireName)]),
      ...writeConstraint(schema, type, writing),
      ...(isNeeded ? [] : deprecation(schema)),
    ],
  };
}

/** A number must stay one on the wire, and an ID is always text. */
function idTextOr(type: string, wireName: string): string {
  return isIdentifier(wireName) && (type === 'String' || type === 'UUID') ? 'ID' : type;
}

/** A default as GraphQL writes it, an enum's as its value is called; undefined where the type does not take it. */
function writeDefault({ initial }: FlatSchema, { type }: TypeUse, { types }: Writing): string | undefined {
  if (initial === undefined || initial === null) return undefined;
  const definition = types.get(type);
  if (definition?.kind === 'enum') {
    return definition.values.find(({ name, directives }) => (directives[0]?.args['from'] ?? name) === initial)?.name;
  }
  const fits = literalTypes.get(type) === typeof initial;
  const isWhole = type !== 'Int' || (Number.isInteger(initial) && Math.abs(Number(initial)) < 2 ** 31);
  return fits && isWhole ? printLiteral(initial) : undefined;
}

const literalTypes: ReadonlyMap<string, string> = new Map([
  ['Int', 'number'],
  ['Float', 'number'],
  ['String', 'string'],
  ['Boolean', 'boolean'],
]);
