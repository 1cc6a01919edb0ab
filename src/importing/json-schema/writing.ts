import { tidyDescription } from '../describe.ts';
import { type Located, textOf } from '../description.ts';
import type { DraftDirective, DraftField, DraftType, Todo } from '../draft.ts';
import type { FieldName, FieldNaming } from '../field-naming.ts';
import type { TypeNames } from '../type-names.ts';
import type { FlatSchema, ReadSchema } from './flat-schema.ts';
import { toUpperCase } from '../words.ts';
import { customScalars, leafType, widest } from './leaf-type.ts';
import { enumWriter, type WriteEnum } from './write-enum.ts';

/** What a schema is in GraphQL. `type` is without the outer `!`. */
export type TypeUse = {
  readonly type: string;
  readonly isNullable: boolean;
  /** JMESPath that makes the value of what stands at a path, where that is not the value itself. */
  readonly project?: ((path: string) => string) | undefined;
  /** Of JSON: why nothing better is known. */
  readonly why?: string | undefined;
};

/** An entity that a property names by its key, as a field. */
export type Reference = { readonly name: string; readonly type: string; readonly map: string };

/** What an importer knows beyond the schemas. */
export type TypeHints = {
  /** The properties that are an entity's key: they are `ID!`. */
  readonly keyProperties: (schema: FlatSchema) => readonly string[];
  /** What to write instead of a property that holds the key of an entity. */
  readonly reference: (
    property: string,
    schemas: { readonly schema: FlatSchema; readonly owner: FlatSchema },
    writing: Writing,
  ) => Reference | undefined;
};

/** An object type that is written; fields and directives may be added to it. */
export type WrittenObject = {
  readonly schema: FlatSchema;
  readonly fields: DraftField[];
  readonly directives: DraftDirective[];
  readonly interfaces: string[];
  readonly todos: Todo[];
};

/** A base that is written as an interface; `members` are the types of those that extend it. */
type WrittenInterface = { readonly schema: FlatSchema; readonly members: readonly string[] };

export type WritingOptions = {
  readonly read: ReadSchema;
  readonly naming: FieldNaming;
  readonly names: TypeNames;
  /** A component's name as a type's. */
  readonly typeNameOf: (component: string) => string;
  readonly hints: TypeHints;
};

/** The types of a description as they are written, one for each schema that is used. All outputs come before the first input. */
export type Writing = WritingOptions & {
  readonly types: Map<string, DraftType>;
  readonly objects: Map<string, WrittenObject>;
  /** By their names. They get their fields when all objects have theirs. */
  readonly interfaces: Map<string, WrittenInterface>;
  /** The names of what is written, by `output <key>` and `input <key>`. */
  readonly written: Map<string, string>;
  readonly writeEnum: WriteEnum;
  /** What became JSON, and why. */
  readonly json: Map<string, { readonly at: Located; readonly why: string }>;
  /** What the schema takes or says less of than the description, and how. */
  readonly simplified: Map<string, { readonly at: Located; readonly why: string }>;
};

export function startWriting(options: WritingOptions): Writing {
  const types = new Map<string, DraftType>();
  const writeEnum = enumWriter(options.names, (type) => void types.set(type.name, type));
  return {
    ...options,
    types,
    objects: new Map(),
    interfaces: new Map(),
    written: new Map(),
    writeEnum,
    json: new Map(),
    simplified: new Map(),
  };
}

/** Gives the type of this key its name, and then writes it, once: what it holds may lead back to it. */
export function writeOnce(
  writing: Writing,
  key: string,
  steps: { readonly claim: () => string; readonly write: (name: string) => void },
): string {
  const earlier = writing.written.get(key);
  if (earlier !== undefined) return earlier;
  const name = steps.claim();
  writing.written.set(key, name);
  steps.write(name);
  return name;
}

/** The names a schema's type may have: as `x-selvedge-name` says, its component's, else the hint. */
export function ownName(schema: FlatSchema, hint: string, { typeNameOf }: Writing): string {
  return schema.name === undefined ? hint : (textOf(schema.at, 'x-selvedge-name') ?? typeNameOf(schema.name));
}

/** What a property is called: as `x-selvedge-name` says, else by the rule. `isSame` where the rule leads back. */
export function fieldName(wireName: string, property: Located, { naming }: Writing): FieldName {
  const usual = naming.toField(wireName);
  const given = textOf(property, 'x-selvedge-name');
  return given === undefined || given === usual.name ? usual : { name: given, isSame: false };
}

/** A scalar's name; one that is not GraphQL's own is defined. */
function writeScalar(name: string, { types }: Writing): string {
  const description = customScalars.get(name);
  if (description !== undefined) types.set(name, { kind: 'scalar', name, description });
  return name;
}

export function writeJson(schema: FlatSchema, why: string, writing: Writing): TypeUse {
  writing.json.set(schema.key, { at: schema.at, why });
  return { type: writeScalar('JSON', writing), isNullable: schema.isNullable, why };
}

/** An enum or a scalar; JSON for what is neither, nor an object or a list that is described. */
export function writeLeaf(schema: FlatSchema, hint: string, writing: Writing): TypeUse {
  const { values = [], isNullable, name } = schema;
  if (values.length > 1 && values.every((value) => typeof value === 'string')) {
    const own = ownName(schema, hint, writing);
    const description = name === undefined ? undefined : tidyDescription(schema.description);
    return {
      type: writing.writeEnum(values, [own, `${own}Value`], {
        description,
        prefix: `${toUpperCase(schema.title ?? own)}_`,
        key: schema.key,
        notes: schema.valueNotes,
      }),
      isNullable,
    };
  }
  const options = schema.choices.map(writing.read);
  const isLeaves =
    options.length > 0 && options.every(({ properties, items }) => properties.size === 0 && items === undefined);
  const type = isLeaves ? widest(options.map(leafType)) : leafType(schema);
  return type === undefined
    ? writeJson(schema, whyJson(schema), writing)
    : { type: writeScalar(type, writing), isNullable };
}

const MAP = 'is a map';

function whyJson({ types, choices, isOpen, values }: FlatSchema): string {
  if (choices.length > 0) return 'is one of several things that nothing tells apart';
  if (types.size > 1) return `may be ${[...types].join(' or ')}`;
  if (isOpen) return MAP;
  if (types.has('object')) return 'is an object of which no property is described';
  if (types.has('array')) return 'is a list of which no item is described';
  return values === undefined ? 'is not described' : 'has values of several types';
}

/** `[Item!]`. What takes a projection is projected item by item. */
export function listOf(item: TypeUse, isNullable: boolean): TypeUse {
  const { project } = item;
  return {
    type: `[${item.type}${item.isNullable ? '' : '!'}]`,
    isNullable,
    why: item.why,
    project: project === undefined ? undefined : item.isNullable ? projectNullable(project) : projectItems(project),
  };
}

type Project = NonNullable<TypeUse['project']>;

function projectItems(project: Project): Project {
  return (path) => `${path === '@' ? '' : path}[*]${followedBy(project('@'))}`;
}

/** Behind a dot `[*]` would be a list of one's own. */
export function followedBy(expression: string): string {
  return expression.startsWith('[') ? expression : `.${expression}`;
}

/** `[*]` would take the nulls out of the list. The JMESPath library does not read `(@ && …)`. */
function projectNullable(project: Project): Project {
  return (path) => `${path === '@' ? '' : `${path} && `}map(&(not_null(@) && ${project('@')}), ${path})`;
}

/** What a field says of itself: not again what its type says. */
export function ownDescription(schema: FlatSchema, { type }: TypeUse, { types }: Writing): string | undefined {
  const description = tidyDescription(schema.description);
  return types.get(type.replaceAll(/[[\]!]/g, ''))?.description === description ? undefined : description;
}

/** Maps are JSON and nothing else: of these there is nothing to decide. */
export function jsonTodos({ why }: TypeUse): readonly Todo[] {
  if (why === undefined || why === MAP) return [];
  return [{ kind: 'json', text: `JSON: it ${why}. If you know what is in it, write a type` }];
}

export function deprecation({ isDeprecated }: FlatSchema): readonly DraftDirective[] {
  return isDeprecated ? [{ name: 'deprecated', args: {} }] : [];
}
