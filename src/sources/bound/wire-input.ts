import {
  getNullableType,
  type GraphQLArgument,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isObjectType,
} from 'graphql';
import type { ExpressionRoots } from '../../model/expression.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { argumentCoordinate } from '../../subgraph/wire-names.ts';
import { type Fields, isFields } from './read-field.ts';

type ToWire = (value: unknown) => unknown;

/** The arguments of the field at a coordinate; none for a type. */
export function argumentsOf(coordinate: string, { schema }: SubgraphSchema): readonly GraphQLArgument[] {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = schema.getType(typeName);
  return isObjectType(type) ? (type.getFields()[fieldName]?.args ?? []) : [];
}

/**
 * What a message or payload holds if the schema does not say: the fields of the parent or key (lists of them in a
 * batch), and over them the arguments, named as the service names things.
 */
export function compileDefaultMessage(
  coordinate: string,
  subgraph: SubgraphSchema,
): (roots: ExpressionRoots) => Fields {
  const known = new Map(
    argumentsOf(coordinate, subgraph).map(({ name, type }) => [
      name,
      { wireName: wireArgument(coordinate, name, subgraph), toWire: compileToWire(type, subgraph) },
    ]),
  );
  return ({ args = {}, this: parent = {} }) => {
    const message = Object.create(null) as Record<string, unknown>;
    for (const [name, value] of Object.entries(parent)) {
      if (name !== '__typename') message[subgraph.toWireName(name)] = value;
    }
    for (const [name, value] of Object.entries(args)) {
      const argument = known.get(name);
      message[argument?.wireName ?? subgraph.toWireName(name)] = argument?.toWire(value) ?? value;
    }
    return message;
  };
}

/** What the service calls an argument of the field at the coordinate: as `@map` says, else by the naming rule. */
export function wireArgument(coordinate: string, name: string, { wireNames, toWireName }: SubgraphSchema): string {
  return wireNames.get(argumentCoordinate(coordinate, name)) ?? toWireName(name);
}

/** Renames the fields of input objects, and nothing else: what is in a custom scalar is the client's. */
export function compileToWire(type: GraphQLInputType, subgraph: SubgraphSchema): ToWire {
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const toItem = compileToWire(nullable.ofType, subgraph);
    return (value) => (Array.isArray(value) ? value.map(toItem) : value);
  }
  if (!isInputObjectType(nullable)) return (value) => value;
  // On first use: input types may refer to themselves.
  let fields: ReadonlyMap<string, { readonly wireName: string; readonly toWire: ToWire }> | undefined;
  return (value) => {
    if (!isFields(value)) return value;
    fields ??= new Map(
      Object.values(nullable.getFields()).map((field) => [
        field.name,
        {
          wireName: subgraph.wireNames.get(`${nullable.name}.${field.name}`) ?? subgraph.toWireName(field.name),
          toWire: compileToWire(field.type, subgraph),
        },
      ]),
    );
    const known = fields;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => {
        const field = known.get(name);
        return field === undefined ? [name, inner] : [field.wireName, field.toWire(inner)];
      }),
    );
  };
}
