import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  type NameNode,
  type ObjectValueNode,
  type ValueNode,
} from 'graphql';

/** What is called otherwise on the other side, by the names of this side. */
export type Names = {
  readonly types: ReadonlyMap<string, string>;
  /** Fields, input fields and values of enums (`Type.member`), arguments (`Type.field(argument:)`). */
  readonly members: ReadonlyMap<string, string>;
};

type InputType = GraphQLInputType | undefined | null;

/** The same names, seen from the other side. */
export function reverseNames({ types, members }: Names): Names {
  const back = new Map<string, string>();
  for (const [coordinate, to] of members) {
    const [, type = '', member = '', argument] = /^(\w+)\.(\w+)(?:\((\w+):\))?$/.exec(coordinate) ?? [];
    const owner = types.get(type) ?? type;
    if (argument === undefined) back.set(`${owner}.${to}`, member);
    else back.set(toArgument(owner, members.get(`${type}.${member}`) ?? member, to), argument);
  }
  return { types: new Map([...types].map(([from, to]) => [to, from])), members: back };
}

export function toArgument(type: string, field: string, argument: string): string {
  return `${type}.${field}(${argument}:)`;
}

/** A node's name as the other side has it. */
export function renamed(node: NameNode, coordinate: string, { members }: Names): NameNode {
  const name = members.get(coordinate);
  return name === undefined ? node : { kind: Kind.NAME, value: name };
}

/** A value as it is written, in the other side's words. `type` is this side's. */
export function translateLiteral<Node extends ValueNode>(value: Node, type: InputType, names: Names): Node {
  return translateNode(value, type, names) as Node;
}

function translateNode(value: ValueNode, type: InputType, names: Names): ValueNode {
  if (isNonNullType(type)) return translateNode(value, type.ofType, names);
  if (isListType(type)) {
    if (value.kind !== Kind.LIST) return translateNode(value, type.ofType, names);
    return { ...value, values: value.values.map((item) => translateNode(item, type.ofType, names)) };
  }
  if (isEnumType(type) && value.kind === Kind.ENUM)
    return { ...value, value: names.members.get(`${type.name}.${value.value}`) ?? value.value };
  return isInputObjectType(type) && value.kind === Kind.OBJECT ? translateObject(value, type, names) : value;
}

function translateObject(value: ObjectValueNode, type: GraphQLInputObjectType, names: Names): ObjectValueNode {
  const known = type.getFields();
  const fields = value.fields.map((field) => ({
    ...field,
    name: renamed(field.name, `${type.name}.${field.name.value}`, names),
    value: translateNode(field.value, known[field.name.value]?.type, names),
  }));
  return { ...value, fields };
}

/** A variable's value in the other side's words. `type` is this side's. */
export function translateInput(value: unknown, type: InputType, names: Names): unknown {
  if (isNonNullType(type)) return translateInput(value, type.ofType, names);
  if (isListType(type)) {
    if (!Array.isArray(value)) return translateInput(value, type.ofType, names);
    return value.map((item) => translateInput(item, type.ofType, names));
  }
  if (typeof value === 'string')
    return isEnumType(type) ? (names.members.get(`${type.name}.${value}`) ?? value) : value;
  const isObject = typeof value === 'object' && value !== null;
  return isObject && isInputObjectType(type) ? translateFields(value, type, names) : value;
}

function translateFields(value: object, type: GraphQLInputObjectType, names: Names): object {
  const known = type.getFields();
  const entries = Object.entries(value).map(([name, inner]) => [
    names.members.get(`${type.name}.${name}`) ?? name,
    translateInput(inner, known[name]?.type, names),
  ]);
  return Object.fromEntries(entries) as object;
}
