import type { GraphQLObjectType } from 'graphql';
import { evaluateCode, readProperty, use } from '../../model/generated-code.ts';
import type { BoundCall } from './bound-calls.ts';
import type { FieldPlan } from './compile-field.ts';
import type { FetchScope, QuickObject } from './fetch-scope.ts';
import { generateValue, type Generation, TooHard } from './generate-value.ts';
import { fromAnswer, toLoaded } from './object-state.ts';
import type { Asking } from './opened.ts';
import { generateRead } from './read-field.ts';

export type QuickInput = {
  readonly type: GraphQLObjectType;
  readonly fields: readonly FieldPlan[];
  /** Its entity's own call, if it has one, and what asks for it. */
  readonly entity: BoundCall | undefined;
  readonly asking: Asking;
  readonly scope: FetchScope;
};

/** Larger ones are not worth their code. */
const MAX_FIELDS = 500;

/** A field in the code: its value is the variable of its index, its condition the constant `when` of it. */
type FieldCode = { readonly field: FieldPlan; readonly value: string; readonly when: string | undefined };

/**
 * What compile-object.ts does by a closure for each field, as code for the whole object: properties are read and written
 * by name, and objects have the shape of their literal. It knows only what is right, and gives up on everything else;
 * then the careful code has the word, which knows what is wrong and where (`npm run bench -- --scenarios all-rest`).
 */
export function compileQuickObject(input: QuickInput): QuickObject | undefined {
  const { fields, entity, scope } = input;
  if (fields.length > MAX_FIELDS || fields.some(({ responseKey }) => responseKey === '__proto__')) return undefined;
  const generation: Generation = { uses: [], scope, opens: entity !== undefined };
  const codes = fields.map((field, index) => ({
    field,
    value: `v${index}`,
    when: field.when === undefined ? undefined : `when${index}`,
  }));
  try {
    const code = `({
read: (object, path, opened, run) => {
${generateConditions(generation, codes)}
${generateOwnReads(generation, codes, input)}
${entity === undefined ? '' : generateAsking(generation, codes, { ...input, entity })}
${generateValues(generation, codes, input)}
${generateLiteral(codes, ({ value }) => value)}
${generateOpened(generation, codes, `${use(generation, fromAnswer)}(object)`)}
return out;
},
fill: ({ out, state, path }, answer, opened, run) => {
const { known, answer: mention } = state;
${generateConditions(generation, codes)}
${generateLoadedReads(generation, codes, input)}
${generateValues(generation, codes, input)}
${codes.map(({ field, value, when }) => onlyIf(when, `out[${JSON.stringify(field.responseKey)}] = ${value};`)).join('\n')}
${generateOpened(generation, codes, `${use(generation, toLoaded)}(state, answer)`)}
return true;
},
create: (run) => {
${generateConditions(generation, codes)}
${generateLiteral(codes, () => 'null')}
return out;
},
})`;
    return { ...(evaluateCode(generation, code) as Omit<QuickObject, 'opens'>), opens: generation.opens };
  } catch (error) {
    if (error instanceof TooHard) return undefined;
    throw error;
  }
}

function onlyIf(when: string | undefined, code: string): string {
  return when === undefined ? code : `if (${when}) { ${code} }`;
}

function generateConditions(generation: Generation, codes: readonly FieldCode[]): string {
  return codes
    .flatMap(({ field, when }) =>
      when === undefined ? [] : `const ${when} = ${use(generation, field.when)}(run.variables);`,
    )
    .join('\n');
}

/** What an answer says of the object, read where it stands in it. */
function generateOwnReads(generation: Generation, codes: readonly FieldCode[], { type, scope }: QuickInput): string {
  return codes
    .map(({ field, value }) => {
      if (field.kind !== 'plain') return `let ${value} = ${generateConstant(field, type)};`;
      const read = generateRead(generation, scope.subgraph, `${type.name}.${field.node.name.value}`);
      return `let ${value} = ${read('object')};`;
    })
    .join('\n');
}

/** What a bound field has until its call ends, and a type's name. */
function generateConstant({ kind }: FieldPlan, type: GraphQLObjectType): string {
  return kind === 'typename' ? JSON.stringify(type.name) : 'null';
}

/** Leaves the object open for its entity's call, if that is needed for what is selected and can be made. */
function generateAsking(
  generation: Generation,
  codes: readonly FieldCode[],
  { entity, asking }: QuickInput & { readonly entity: BoundCall },
): string {
  const state = `${use(generation, fromAnswer)}(object)`;
  const lacks = codes.flatMap(({ field, value, when }) => {
    if (field.kind === 'typename') return [];
    const isLacking =
      field.kind === 'plain' ? `${value} === undefined` : `!${use(generation, field.isReady)}(${state}, run.variables)`;
    return when === undefined ? isLacking : `(${when} && ${isLacking})`;
  });
  if (lacks.length === 0) return '';
  return `if (${lacks.join(' || ')}) {
const state = ${state};
if (${use(generation, entity.isReady)}(state)) {
${generateLiteral(codes, () => 'null')}
opened.push({ out, state, path, asking: ${use(generation, asking)} });
return out;
}
}`;
}

/** What is known of an entity, else what its call gave, else what was said of it where it was mentioned. */
function generateLoadedReads(generation: Generation, codes: readonly FieldCode[], { type, scope }: QuickInput): string {
  return codes
    .map(({ field, value }) => {
      if (field.kind !== 'plain') return `let ${value} = ${generateConstant(field, type)};`;
      const name = field.node.name.value;
      const read = generateRead(generation, scope.subgraph, `${type.name}.${name}`);
      const known = readProperty('known', name);
      const isTaken = field.isLeaf && !field.hasArguments;
      const fromKnown = field.hasArguments ? 'undefined' : `known === undefined ? undefined : ${known}`;
      return `let ${value} = ${fromKnown};
if (${value} === undefined) {
${value} = ${read('answer')};
if (${value} === undefined && mention !== undefined) ${value} = ${read('mention')};
}${isTaken || field.hasArguments ? '' : ' else return undefined;'}`;
    })
    .join('\n');
}

function generateValues(generation: Generation, codes: readonly FieldCode[], { type }: QuickInput): string {
  return codes
    .flatMap(({ field, value, when }) => {
      if (field.kind !== 'plain') return [];
      const lines = generateValue(generation, field.type, {
        name: value,
        path: `{ key: ${JSON.stringify(field.responseKey)}, parent: path }`,
        parts: field.parts,
        coordinate: `${type.name}.${field.node.name.value}`,
      });
      return onlyIf(when, lines);
    })
    .join('\n');
}

/** `out`, with all keys that are wanted, in their order. */
function generateLiteral(codes: readonly FieldCode[], toValue: (code: FieldCode) => string): string {
  const keyOf = ({ field }: FieldCode): string => JSON.stringify(field.responseKey);
  if (codes.every(({ when }) => when === undefined))
    return `const out = { ${codes.map((code) => `${keyOf(code)}: ${toValue(code)}`).join(', ')} };`;
  const lines = codes.map((code) => onlyIf(code.when, `out[${keyOf(code)}] = ${toValue(code)};`));
  return `const out = {};\n${lines.join('\n')}`;
}

/** Leaves the fields open that have calls of their own. */
function generateOpened(generation: Generation, codes: readonly FieldCode[], state: string): string {
  const lines = codes.flatMap(({ field, when }) => {
    if (field.kind !== 'bound') return [];
    generation.opens = true;
    const asking: Asking = (run) => (lacking) => field.write(lacking.out, lacking.state, lacking.path, run);
    return onlyIf(when, `opened.push({ out, state: ${state}, path, asking: ${use(generation, asking)} });`);
  });
  return lines.join('\n');
}
