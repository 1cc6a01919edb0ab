import fc from 'fast-check';
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';

const ALIASES = ['id', 'name', 'price', 'label', 'reviews', 'a', 'b', 'author', 'constructor'];
const CONDITIONS = ['@include(if: $yes)', '@skip(if: $no)', '@include(if: $yes) @skip(if: $no)', '@include(if: true)'];

/** Any query of a schema, as text: aliases, arguments, conditions, fragments. It may not be valid: aliases may clash. */
export function anyOperation(schema: GraphQLSchema): fc.Arbitrary<string> {
  const root = schema.getQueryType();
  if (!root) throw new Error('no query type');
  return anySelection(schema, root, 4).map((selection) => `query ${usedVariables(selection)} ${selection}`);
}

function usedVariables(selection: string): string {
  const used = ['yes', 'no'].filter((name) => selection.includes(`$${name}`));
  return used.length === 0 ? '' : `(${used.map((name) => `$${name}: Boolean!`).join(', ')})`;
}

function anySelection(schema: GraphQLSchema, type: GraphQLCompositeType, depth: number): fc.Arbitrary<string> {
  return fc
    .array(anyPart(schema, type, depth), { minLength: 1, maxLength: 4 })
    .map((parts) => `{ ${parts.join(' ')} }`);
}

function anyPart(schema: GraphQLSchema, type: GraphQLCompositeType, depth: number): fc.Arbitrary<string> {
  const fields =
    'getFields' in type
      ? Object.values(type.getFields()).filter((field) => depth > 1 || !isCompositeType(getNamedType(field.type)))
      : [];
  const anyField = fc
    .constantFrom(...fields, null)
    .chain((field) => (field === null ? anyTypename() : anyFieldText(schema, field, depth)));
  if (depth <= 1) return anyField;
  const inner = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  const anyFragment = fc
    .tuple(fc.constantFrom(...inner), anyCondition())
    .chain(([on, condition]) =>
      anySelection(schema, on, depth - 1).map((selection) => `... on ${on.name} ${condition} ${selection}`),
    );
  return fc.oneof({ weight: isAbstractType(type) ? 1 : 6, arbitrary: anyField }, { weight: 2, arbitrary: anyFragment });
}

function anyFieldText(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
  depth: number,
): fc.Arbitrary<string> {
  const type = getNamedType(field.type);
  const below = isCompositeType(type) ? anySelection(schema, type, depth - 1) : fc.constant('');
  const args =
    field.args.length === 0
      ? fc.constant('')
      : fc.constantFrom('', ...field.args.flatMap(({ name }) => [`(${name}: 1)`, `(${name}: 2)`]));
  return fc
    .tuple(anyAlias(), args, anyCondition(), below)
    .map(([alias, given, condition, selection]) => `${alias}${field.name}${given} ${condition} ${selection}`);
}

const anyAlias = () =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom(...ALIASES).map((alias) => `${alias}: `) },
  );

const anyCondition = () =>
  fc.oneof({ weight: 6, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constantFrom(...CONDITIONS) });

const anyTypename = () => anyAlias().map((alias) => `${alias}__typename`);
