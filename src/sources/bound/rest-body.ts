import { getNullableType, type GraphQLArgument, isInputObjectType } from 'graphql';
import type { RestBinding } from '../../model/binding.ts';
import type { ExpressionRoots } from '../../model/expression.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { evaluateRequest } from './evaluate-request.ts';
import { argumentsOf, compileToWire } from './wire-input.ts';

type ToBody = (roots: ExpressionRoots) => string | null;

/**
 * A call's JSON body; null for none. As `body` says; else the `input` argument, or the one argument that is not in the
 * path if it is an object, or all of these by name, named as the service names things.
 */
export function compileRestBody(binding: RestBinding, subgraph: SubgraphSchema): ToBody {
  const { body } = binding;
  if (body !== undefined) return (roots) => JSON.stringify(evaluateRequest(body, roots) ?? null);
  if (binding.method === 'GET' || binding.method === 'DELETE') return () => null;
  const rest = argumentsBesidePath(binding, subgraph);
  const [first] = rest;
  if (first === undefined) return () => null;
  const input = rest.find(({ name }) => name === 'input') ?? (rest.length === 1 ? first : undefined);
  return input !== undefined && isInputObjectType(getNullableType(input.type))
    ? compileSoleBody(input, subgraph)
    : compileNamedBody(rest, subgraph);
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
  const used = new Set(path.variables.map((variable) => variable.replace(/^args\./, '').split('.')[0]));
  return argumentsOf(coordinate, subgraph).filter(({ name }) => !used.has(name));
}
