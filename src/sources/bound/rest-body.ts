import { getNullableType, type GraphQLArgument, isInputObjectType } from 'graphql';
import type { RestBinding } from '../../model/binding.ts';
import type { ExpressionRoots } from '../../model/expression.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { evaluateRequest } from './evaluate-request.ts';
import { printForm } from './form-body.ts';
import { argumentsOf, compileToWire, wireArgument } from './wire-input.ts';

/** undefined for no body. */
type ToValue = (roots: ExpressionRoots) => unknown;

/** How a call's body is written: null for none. */
export type RestBody = {
  readonly contentType: string;
  readonly print: (roots: ExpressionRoots) => string | null;
};

/**
 * A call's body. As `body` says; else the `input` argument, or the one argument that is not in the path if it is an
 * object, or all of these by name, named as the service names things.
 */
export function compileRestBody(binding: RestBinding, subgraph: SubgraphSchema): RestBody {
  const toValue = compileBodyValue(binding, subgraph);
  const print = (write: (value: unknown) => string) => (roots: ExpressionRoots) => {
    const value = toValue(roots);
    return value === undefined ? null : write(value);
  };
  switch (binding.bodyFormat) {
    case 'JSON':
      return { contentType: 'application/json', print: print(JSON.stringify) };
    case 'FORM':
      return { contentType: 'application/x-www-form-urlencoded', print: print(printForm) };
    case 'NONE':
      return { contentType: '', print: () => null };
  }
}

function compileBodyValue(binding: RestBinding, subgraph: SubgraphSchema): ToValue {
  const { body } = binding;
  if (body !== undefined) return (roots) => evaluateRequest(body, roots) ?? null;
  if (binding.method === 'GET' || binding.method === 'DELETE') return () => undefined;
  const rest = argumentsBesidePath(binding, subgraph);
  const [first] = rest;
  if (first === undefined) return () => undefined;
  const input = rest.find(({ name }) => name === 'input') ?? (rest.length === 1 ? first : undefined);
  return input !== undefined && isInputObjectType(getNullableType(input.type))
    ? compileSoleBody(input, subgraph)
    : compileNamedBody(binding.coordinate, rest, subgraph);
}

function compileSoleBody({ name, type }: GraphQLArgument, subgraph: SubgraphSchema): ToValue {
  const toWire = compileToWire(type, subgraph);
  return ({ args = {} }) => (args[name] === undefined ? undefined : toWire(args[name]));
}

function compileNamedBody(coordinate: string, rest: readonly GraphQLArgument[], subgraph: SubgraphSchema): ToValue {
  const entries = rest.map(({ name, type }) => ({
    name,
    wireName: wireArgument(coordinate, name, subgraph),
    toWire: compileToWire(type, subgraph),
  }));
  return ({ args = {} }) => {
    const given = entries.filter(({ name }) => args[name] !== undefined);
    return Object.fromEntries(given.map(({ name, wireName, toWire }) => [wireName, toWire(args[name])]));
  };
}

function argumentsBesidePath({ coordinate, path }: RestBinding, subgraph: SubgraphSchema): readonly GraphQLArgument[] {
  const used = new Set(path.variables.map((variable) => variable.replace(/^args\./, '').split('.')[0]));
  return argumentsOf(coordinate, subgraph).filter(({ name }) => !used.has(name));
}
