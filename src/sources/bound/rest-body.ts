import {
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isObjectType,
} from 'graphql';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { RestBinding } from '../../model/binding.ts';
import type { Expression, ExpressionRoots } from '../../model/expression.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { isFields } from './read-field.ts';

type ToBody = (roots: ExpressionRoots) => string | null;
type ToWire = (value: unknown) => unknown;

/**
 * A call's JSON body; null for none. As `body` says; else the `input` argument, or the one argument that is not in the
 * path if it is an object, or all of these by name, named as the service names things.
 */
export function compileRestBody(binding: RestBinding, subgraph: SubgraphSchema): ToBody {
  if (binding.body !== undefined) return compileExpressionBody(binding.body);
  if (binding.method === 'GET' || binding.method === 'DELETE') return () => null;
  const rest = argumentsBesidePath(binding, subgraph);
  const [first] = rest;
  if (first === undefined) return () => null;
  const input = rest.find(({ name }) => name === 'input') ?? (rest.length === 1 ? first : undefined);
  return input !== undefined && isInputObjectType(getNullableType(input.type))
    ? compileSoleBody(input, subgraph)
    : compileNamedBody(rest, subgraph);
}

function compileExpressionBody(expression: Expression): ToBody {
  return (roots) => {
    try {
      return JSON.stringify(expression.evaluate(roots) ?? null);
    } catch (error) {
      throw new GatewayError('BAD_USER_INPUT', 'The arguments cannot be made into what the service takes.', {
        cause: error,
      });
    }
  };
}

function compileSoleBody({ name, type }: GraphQLArgument, subgraph: SubgraphSchema): ToBody {
  const toWire = compileToWire(type, subgraph);
  return ({ args = {} }) => (args[name] === undefined ? null : JSON.stringify(toWire(args[name])));
}

function compileNamedBody(rest: readonly GraphQLArgument[], subgraph: SubgraphSchema): ToBody {
  const entries = rest.map(({ name, type }) => ({
    name,
    wireName: subgraph.toWireName(name),
    toWire: compileToWire(type, subgraph),
  }));
  return ({ args = {} }) => {
    const given = entries.filter(({ name }) => args[name] !== undefined);
    return JSON.stringify(
      Object.fromEntries(given.map(({ name, wireName, toWire }) => [wireName, toWire(args[name])])),
    );
  };
}

function argumentsBesidePath({ coordinate, path }: RestBinding, subgraph: SubgraphSchema): readonly GraphQLArgument[] {
  const field = fieldAt(coordinate, subgraph);
  const used = new Set(path.variables.map((variable) => variable.replace(/^args\./, '').split('.')[0]));
  return field?.args.filter(({ name }) => !used.has(name)) ?? [];
}

function fieldAt(coordinate: string, { schema }: SubgraphSchema): GraphQLField<unknown, unknown> | undefined {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = schema.getType(typeName);
  return isObjectType(type) ? type.getFields()[fieldName] : undefined;
}

/** Renames the fields of input objects, and nothing else: what is in a custom scalar is the client's. */
function compileToWire(type: GraphQLInputType, subgraph: SubgraphSchema): ToWire {
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
        { wireName: subgraph.toWireName(field.name), toWire: compileToWire(field.type, subgraph) },
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
