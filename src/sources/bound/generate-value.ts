import {
  getNullableType,
  GraphQLBoolean,
  type GraphQLCompositeType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  type GraphQLOutputType,
  GraphQLString,
  isLeafType,
  isListType,
  isObjectType,
} from 'graphql';
import { type GeneratedCode, isObjectCode, use } from '../../model/generated-code.ts';
import { isEntry, readType, toEntries } from './compile-value.ts';
import type { FetchScope, ReadQuickly } from './fetch-scope.ts';
import { compileLeaf } from './leaf.ts';
import { isFields } from './read-field.ts';
import type { SelectionPart } from './selections.ts';

/** Something in a selection is always left to the careful code. */
export class TooHard extends Error {}

/** The code of a function that may give up: with `return undefined`. Its parameters are `path`, `opened` and `run`. */
export type Generation = GeneratedCode & {
  readonly scope: FetchScope;
  /** Some object in it may have a call of its own: then paths are made. */
  opens: boolean;
};

export type ValuePlace = {
  /** The variable that holds the value. */
  readonly name: string;
  /** The expression of its path. */
  readonly path: string;
  readonly parts: readonly SelectionPart[];
  readonly coordinate: string;
};

/** Lines that turn a variable from what the service said into what is answered (compile-value.ts), or give up. */
export function generateValue(generation: Generation, type: GraphQLOutputType, place: ValuePlace): string {
  const { name } = place;
  return `if (${name} === undefined || ${name} === null) ${name} = null;
else {
${generatePresent(generation, getNullableType(type), place)}
}`;
}

function generatePresent(generation: Generation, type: GraphQLOutputType, place: ValuePlace): string {
  if (isListType(type)) return generateList(generation, type.ofType, place);
  if (isLeafType(type)) return generateLeaf(generation, type, place);
  return generateObject(generation, type as GraphQLCompositeType, place);
}

function generateList(generation: Generation, itemType: GraphQLOutputType, place: ValuePlace): string {
  const { name } = place;
  const item = `${name}i`;
  const opens = { ...generation, opens: false };
  const lines = generateValue(opens, itemType, {
    ...place,
    name: item,
    path: `{ key: index, parent: ${name}p }`,
  });
  generation.opens ||= opens.opens;
  return `${isEntry(itemType) ? `if (${isObjectCode(name)}) ${name} = ${use(generation, toEntries)}(${name});` : ''}
if (!Array.isArray(${name})) return undefined;
const ${name}s = [];
${opens.opens ? `const ${name}p = ${place.path};` : ''}
for (let index = 0; index < ${name}.length; index++) {
let ${item} = ${name}[index];
${lines}
${name}s.push(${item});
}
${name} = ${name}s;`;
}

/** Values that have their type's form already. */
const OWN_FORMS = new Map<unknown, (name: string) => string>([
  [GraphQLString, (name) => `typeof ${name} === 'string'`],
  [GraphQLID, (name) => `typeof ${name} === 'string'`],
  [GraphQLBoolean, (name) => `typeof ${name} === 'boolean'`],
  [GraphQLFloat, (name) => `Number.isFinite(${name})`],
  [GraphQLInt, (name) => `typeof ${name} === 'number' && (${name} | 0) === ${name}`],
]);

/** What does not fit is thrown, which is giving up, too. */
function generateLeaf({ uses, scope }: Generation, type: GraphQLLeafType, { name, coordinate }: ValuePlace): string {
  const toLeaf = use({ uses }, compileLeaf(type, coordinate, scope.subgraph.wireNames));
  const isOwnForm = OWN_FORMS.get(type)?.(name);
  const coerce = `${name} = ${toLeaf}(${name});`;
  if (isOwnForm === undefined) return coerce;
  const number = type === GraphQLID ? `if (Number.isSafeInteger(${name})) ${name} = String(${name}); else ` : '';
  return `if (!(${isOwnForm})) { ${number}${coerce} }`;
}

function generateObject(generation: Generation, type: GraphQLCompositeType, { name, path, parts }: ValuePlace): string {
  const { read, opens } = readerOf(generation.scope, type, parts);
  generation.opens ||= opens;
  return `if (!(${isObjectCode(name)})) return undefined;
${name} = ${use(generation, read)}(${name}, ${opens ? path : 'undefined'}, opened, run);
if (${name} === undefined) return undefined;`;
}

/** Of an abstract type each possible type's reader is made when an object of it first comes. */
function readerOf(
  scope: FetchScope,
  type: GraphQLCompositeType,
  parts: readonly SelectionPart[],
): { readonly read: ReadQuickly; readonly opens: boolean } {
  const planOf = scope.planObjects(parts);
  if (isObjectType(type)) {
    const quick = planOf(type).quick();
    if (quick === undefined) throw new TooHard();
    return quick;
  }
  const read: ReadQuickly = (value, ...rest) => {
    const actual = isFields(value) ? readType(type, value, scope) : undefined;
    return actual === undefined
      ? undefined
      : planOf(actual)
          .quick()
          ?.read(value, ...rest);
  };
  return { read, opens: true };
}
