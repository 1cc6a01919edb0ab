import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isNonNullType,
  parse,
  validate,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import type { Choices } from './choices.ts';

export type RandomOperation = { readonly query: string; readonly variables: Readonly<Record<string, unknown>> };

const ALIASES = ['id', 'code', 'name', 'price', 'info', 'label', 'a', 'b', 'constructor', 'owner', '__proto__'];
const FLAGS = ['yes', 'no', 'off'];
const CONDITIONS = [
  '@include(if: $yes)',
  '@skip(if: $no)',
  '@include(if: $off)',
  '@skip(if: $yes)',
  '@include(if: $yes) @skip(if: $no)',
  '@include(if: true)',
  '@skip(if: true)',
];
const LITERALS: Readonly<Record<string, readonly string[]>> = {
  Int: ['1', '2', 'null'],
  Stock: ['MANY', 'FEW', 'null'],
  '[String!]': ['["a", "b"]', '"a"', '[]', 'null'],
  Filter: ['{ text: "t" }', '{ kinds: [MANY, FEW] }', '{ not: { text: null } }', 'null'],
  'Boolean!': ['true', 'false'],
  'Filter!': ['{ kinds: MANY }', '{ not: {} }'],
};
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  Int: [1, 2, null, undefined],
  Stock: ['MANY', 'FEW', null, undefined],
  '[String!]': [['a', 'b'], 'a', [], null, undefined],
  Filter: [{ text: 't' }, { kinds: ['MANY', 'FEW'] }, { not: { text: null } }, null, undefined],
  'Boolean!': [true, false],
  'Filter!': [{ kinds: 'MANY' }, { not: {} }],
};

type Variable = { readonly definition: string; readonly value: unknown };

/** A valid operation of the schema: where aliases clash, it is drawn again, three times. */
export function randomOperation(schema: GraphQLSchema, choices: Choices, name: string): RandomOperation {
  for (const attempt of ['', 'again', 'once more']) {
    const operation = drawOperation(schema, choices, [name, attempt]);
    if (validate(schema, parse(operation.query)).length === 0) return operation;
  }
  return { query: '{ __typename }', variables: {} };
}

function drawOperation(schema: GraphQLSchema, choices: Choices, where: readonly string[]): RandomOperation {
  const isMutation = schema.getMutationType() !== undefined && choices.chance(20, ...where, 'mutation');
  const root = (isMutation ? schema.getMutationType() : schema.getQueryType())!;
  const draw = createDraw(schema, choices, choices.nat(30, 'aliases', ...where));
  const selection = draw.selection(root, 5, where);
  const flags = FLAGS.filter((flag) => `${selection} ${draw.fragments.join(' ')}`.includes(`$${flag}`));
  const variables = [...draw.variables];
  const definitions = [
    ...flags.map((flag) => `$${flag}: Boolean!`),
    ...variables.map(([, { definition }]) => definition),
  ];
  const head = `${isMutation ? 'mutation' : 'query'}${definitions.length === 0 ? '' : ` (${definitions.join(', ')})`}`;
  const given = variables
    .filter(([, { value }]) => value !== undefined)
    .map(([key, { value }]) => [key, value] as const);
  return {
    query: [`${head} ${selection}`, ...draw.fragments].join('\n'),
    variables: { ...Object.fromEntries(flags.map((flag) => [flag, flag === 'yes'])), ...Object.fromEntries(given) },
  };
}

function createDraw(schema: GraphQLSchema, choices: Choices, aliasChance: number) {
  const fragments: string[] = [];
  const variables = new Map<string, Variable>();
  const related = (type: GraphQLCompositeType): readonly GraphQLNamedType[] => {
    const objects = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    const abstracts = Object.values(schema.getTypeMap()).filter(
      (other) => isAbstractType(other) && objects.some((object) => schema.isSubType(other, object)),
    );
    return [...objects, ...abstracts];
  };

  function selection(type: GraphQLCompositeType, depth: number, where: readonly unknown[]): string {
    const parts = [0, 1, 2, 3, 4]
      .filter((index) => index === 0 || choices.chance(55, 'part', ...where, index))
      .map((index) => part(type, depth, [...where, index]));
    return `{ ${parts.join(' ')} }`;
  }

  function part(type: GraphQLCompositeType, depth: number, where: readonly unknown[]): string {
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const reachable = fields.filter((field) => depth > 1 || !isCompositeType(getNamedType(field.type)));
    const isFragment =
      depth > 1 && choices.chance(isAbstractType(type) ? (isInterfaceType(type) ? 45 : 80) : 12, 'fragment', ...where);
    if (isFragment) return fragment(type, depth, where);
    if (reachable.length === 0 || choices.chance(8, 'typename', ...where)) return `${alias(where)}__typename`;
    return field(choices.pick(reachable, 'field', ...where), depth, where);
  }

  function field(
    { name, args, type }: GraphQLField<unknown, unknown>,
    depth: number,
    where: readonly unknown[],
  ): string {
    const given = args.flatMap((argument) =>
      choices.chance(50, 'given', ...where, argument.name)
        ? [`${argument.name}: ${argumentValue(argument, where)}`]
        : [],
    );
    const named = getNamedType(type);
    const below = isCompositeType(named) ? ` ${selection(named, depth - 1, [...where, name])}` : '';
    return `${alias(where)}${name}${given.length === 0 ? '' : `(${given.join(', ')})`}${condition(where)}${below}`;
  }

  function argumentValue(argument: GraphQLArgument, where: readonly unknown[]): string {
    const type = String(argument.type);
    const place = ['argument', ...where, argument.name];
    if (!choices.chance(50, 'variable', ...place)) return choices.pick(LITERALS[type] ?? ['null'], 'literal', ...place);
    const name = `v${variables.size}`;
    const value = choices.pick(VALUES[type] ?? [null], 'value', ...place);
    const standard =
      !isNonNullType(argument.type) && choices.chance(25, 'default', ...place)
        ? ` = ${choices.pick(LITERALS[type] ?? ['null'], 'default value', ...place)}`
        : '';
    variables.set(name, { definition: `$${name}: ${type}${standard}`, value });
    return `$${name}`;
  }

  function fragment(type: GraphQLCompositeType, depth: number, where: readonly unknown[]): string {
    const on = choices.pick(related(type), 'on', ...where) as GraphQLCompositeType;
    const inner = selection(on, depth - 1, [...where, on.name]);
    if (!choices.chance(35, 'named', ...where)) {
      const typeCondition = on === type && choices.chance(50, 'bare', ...where) ? '' : ` on ${on.name}`;
      return `...${typeCondition}${condition(where)} ${inner}`;
    }
    const name = `F${fragments.length}`;
    fragments.push(`fragment ${name} on ${on.name} ${inner}`);
    return `...${name}${condition(where)}`;
  }

  const alias = (where: readonly unknown[]) =>
    choices.chance(aliasChance, 'alias', ...where) ? `${choices.pick(ALIASES, 'its alias', ...where)}: ` : '';
  const condition = (where: readonly unknown[]) =>
    choices.chance(12, 'condition', ...where) ? ` ${choices.pick(CONDITIONS, 'its condition', ...where)}` : '';

  return { selection, fragments, variables };
}
