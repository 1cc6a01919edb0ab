import {
  assertObjectType,
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type SelectionSetNode,
} from 'graphql';
import { collectFields } from './collect-fields.ts';
import type { ProjectionInput } from './compile-projection.ts';
import { isShallow } from './complete-leaf.ts';
import {
  evaluateCode,
  type GeneratedCode,
  isObjectCode,
  readProperty,
  use,
  writeProperty,
} from '../model/generated-code.ts';
import type { ResponseObject } from './response-object.ts';

/** Writes the response's data, or gives up (undefined) on whatever is not plainly right: the careful projection knows why. */
export type FastProjection = (data: unknown) => ResponseObject | undefined;

/** Larger ones are not worth their code. */
const MAX_FIELDS = 2000;

type Generation = GeneratedCode & {
  readonly input: ProjectionInput;
  readonly functions: string[];
  fields: number;
};

/** Something in the operation is always left to the careful projection. */
class TooHard extends Error {}

/**
 * One function of code for a whole selection, which reads and writes properties by name: objects get the shape that
 * their literal has, so that neither reading, writing nor `JSON.stringify` looks a key up (docs/performance.md).
 * undefined for operations with denied fields or introspection, and for very large ones.
 */
export function compileFastProjection(
  input: ProjectionInput,
  root: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
): FastProjection | undefined {
  const generation: Generation = { input, uses: [], functions: [], fields: 0 };
  try {
    const name = generateObject(generation, root, { selectionSets, isKnown: true });
    const code = `(() => {\n${generation.functions.join('\n')}\nreturn ${name};\n})()`;
    return evaluateCode(generation, code) as FastProjection;
  } catch (error) {
    if (error instanceof TooHard) return undefined;
    throw error;
  }
}

/** `isKnown`: the type needs no service to say it, for it is the root's or has been looked at. */
type ObjectPlace = { readonly selectionSets: readonly SelectionSetNode[]; readonly isKnown: boolean };

/** A function of an object of that type; undefined out of it means that it gave up. */
function generateObject(
  generation: Generation,
  type: GraphQLObjectType,
  { selectionSets, isKnown }: ObjectPlace,
): string {
  const fields = [...collectFields(generation.input, type.name, selectionSets)];
  generation.fields += fields.length;
  if (generation.fields > MAX_FIELDS) throw new TooHard();
  const lines: string[] = [];
  const properties = fields.map(([clientKey, nodes], index) =>
    writeProperty(clientKey, generateField(generation, type, { nodes, name: `v${index}`, lines })),
  );
  // What the client asks for, a service has to have said.
  const isTyped = !isKnown && fields.some(([, [node]]) => node?.name.value === '__typename');
  const name = `write${generation.functions.length}`;
  generation.functions.push(`function ${name}(object) {
const typename = object.__typename;
if (${isTyped ? '' : 'typename !== undefined && '}typename !== ${JSON.stringify(type.name)}) return undefined;
${lines.join('\n')}
return { ${properties.join(', ')} };
}`);
  return name;
}

type FieldPlace = { readonly nodes: readonly FieldNode[]; readonly name: string; readonly lines: string[] };

/** The expression of a field's value, after the lines that make it. */
function generateField(generation: Generation, type: GraphQLObjectType, { nodes, name, lines }: FieldPlace): string {
  const { input } = generation;
  const [first] = nodes;
  if (first === undefined || nodes.some((node) => input.denied.has(node))) throw new TooHard();
  if (first.name.value === '__typename') return JSON.stringify(type.name);
  const field = input.schema.getField(type, first.name.value);
  if (field === undefined || first.name.value.startsWith('__')) throw new TooHard();
  const selectionSets = nodes.flatMap((node) => (node.selectionSet ? [node.selectionSet] : []));
  lines.push(`let ${name} = ${readProperty('object', input.toFetchKey(first))};`);
  lines.push(generateValue(generation, field.type, { name, selectionSets }));
  return name;
}

type ValuePlace = { readonly name: string; readonly selectionSets: readonly SelectionSetNode[] };

/** Lines that turn the variable `name` from what was fetched to what is answered, or return undefined. */
function generateValue(generation: Generation, type: GraphQLOutputType, place: ValuePlace): string {
  if (isNonNullType(type)) return generateNullable(generation, type.ofType, place);
  return `if (${place.name} !== null) {\n${generateNullable(generation, type, place)}\n}`;
}

function generateNullable(generation: Generation, type: GraphQLOutputType, place: ValuePlace): string {
  const { name } = place;
  if (isListType(type)) return generateList(generation, type.ofType, place);
  if (isLeafType(type)) return generateLeaf(generation, type, name);
  const check = `if (!(${isObjectCode(name)})) return undefined;`;
  const write = isAbstractType(type)
    ? use(generation, compilePossible(generation.input, type, place.selectionSets))
    : generateObject(generation, assertObjectType(type), { selectionSets: place.selectionSets, isKnown: false });
  return `${check}\n${name} = ${write}(${name});\nif (${name} === undefined) return undefined;`;
}

function generateList(
  generation: Generation,
  itemType: GraphQLOutputType,
  { name, selectionSets }: ValuePlace,
): string {
  const item = `${name}i`;
  return `if (!Array.isArray(${name})) return undefined;
const ${name}s = [];
for (let index = 0; index < ${name}.length; index++) {
let ${item} = ${name}[index];
${generateValue(generation, itemType, { name: item, selectionSets })}
${name}s.push(${item});
}
${name} = ${name}s;`;
}

const LEAF_CHECKS: ReadonlyMap<string, (name: string) => string> = new Map([
  [GraphQLString.name, (name: string) => `typeof ${name} === 'string'`],
  [GraphQLID.name, (name: string) => `typeof ${name} === 'string'`],
  [GraphQLBoolean.name, (name: string) => `typeof ${name} === 'boolean'`],
  [GraphQLFloat.name, (name: string) => `Number.isFinite(${name})`],
  [GraphQLInt.name, (name: string) => `typeof ${name} === 'number' && (${name} | 0) === ${name}`],
]);

/** What would have to be coerced is left to the careful projection. */
function generateLeaf(generation: Generation, type: GraphQLLeafType, name: string): string {
  if (isEnumType(type)) {
    const names = new Set(type.getValues().map((value) => value.name));
    return `if (!${use(generation, names)}.has(${name})) return undefined;`;
  }
  const isRight =
    LEAF_CHECKS.get(type.name)?.(name) ??
    `${name} !== undefined && ${name} !== null && (typeof ${name} !== 'object' || ${use(generation, isShallow)}(${name}))`;
  return `if (!(${isRight})) return undefined;`;
}

/** Compiled for each object type when an object of it first comes. */
function compilePossible(
  input: ProjectionInput,
  type: GraphQLAbstractType,
  selectionSets: readonly SelectionSetNode[],
): FastProjection {
  const byTypename = new Map<unknown, FastProjection | undefined>();
  return (object) => {
    const { __typename: typename } = object as ResponseObject;
    if (!byTypename.has(typename)) {
      const actual = typeof typename === 'string' ? input.schema.getType(typename) : undefined;
      if (!isObjectType(actual) || !input.schema.isSubType(type, actual)) return undefined;
      byTypename.set(typename, compileFastProjection(input, actual, selectionSets));
    }
    return byTypename.get(typename)?.(object);
  };
}
