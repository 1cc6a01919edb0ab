import {
  type GraphQLNamedType,
  type GraphQLObjectType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql';
import { closestWord } from '../../config/closest-word.ts';
import type { Problem } from '../../errors/problem.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';

/** A module's resolvers by type; what stands below a type is a field's function, or what scalars and enums are. */
export type ResolverMap = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Everything in a module's resolvers that does not fit the subgraph's schema. `file` is where problems point. */
export function checkResolvers(subgraph: SubgraphSchema, resolvers: unknown, file: string | undefined): Problem[] {
  const report = reporter(subgraph, file);
  if (!isRecord(resolvers)) {
    return [report('', 'is no object of resolvers.', 'Export default defineResolvers<Resolvers>({ Query: { … } }).')];
  }
  const types = subgraph.schema.getTypeMap();
  const unknown = Object.entries(resolvers).flatMap(([name, value]) => {
    const type = Object.hasOwn(types, name) && !name.startsWith('_') ? types[name] : undefined;
    if (type === undefined) return [report(name, 'is no type of the schema.', suggest(name, Object.keys(types)))];
    return checkType(type, value, report);
  });
  return [...unknown, ...missingRootFields(subgraph, resolvers, report)];
}

type Report = (coordinate: string, message: string, remedy?: string) => Problem;

function reporter(subgraph: SubgraphSchema, file: string | undefined): Report {
  return (coordinate, message, remedy) => ({
    severity: 'error',
    code: 'RESOLVERS_INVALID',
    message: coordinate === '' ? `The module ${message}` : `${coordinate} ${message}`,
    remedy,
    coordinate: coordinate === '' ? undefined : coordinate,
    subgraph: subgraph.name,
    places: file === undefined ? [] : [{ file, line: 1, column: 1 }],
  });
}

function checkType(type: GraphQLNamedType, value: unknown, report: Report): Problem[] {
  if (isScalarType(type)) {
    return isScalarType(value) ? [] : [report(type.name, 'is a scalar: expected a GraphQLScalarType.')];
  }
  if (isInputObjectType(type)) return [report(type.name, 'is an input type, which has no resolvers.')];
  if (!isRecord(value)) return [report(type.name, 'is no object.')];
  if (isEnumType(type)) return checkEnum(type.getValues(), { type: type.name, value }, report);
  if (isUnionType(type) || isInterfaceType(type)) return checkAbstract(type, value, report);
  return checkObject(type, value, report);
}

function checkEnum(
  values: readonly { readonly name: string }[],
  given: { readonly type: string; readonly value: Readonly<Record<string, unknown>> },
  report: Report,
): Problem[] {
  const names = values.map(({ name }) => name);
  return Object.keys(given.value)
    .filter((name) => !names.includes(name))
    .map((name) => report(`${given.type}.${name}`, 'is no value of the enum.', suggest(name, names)));
}

function checkAbstract(type: GraphQLNamedType, value: Readonly<Record<string, unknown>>, report: Report): Problem[] {
  return Object.entries(value)
    .filter(([name, resolver]) => name !== '__resolveType' || typeof resolver !== 'function')
    .map(([name]) =>
      report(`${type.name}.${name}`, 'is not used: interfaces and unions have one function, __resolveType.'),
    );
}

function checkObject(type: GraphQLObjectType, value: Readonly<Record<string, unknown>>, report: Report): Problem[] {
  const fields = type.getFields();
  return Object.entries(value).flatMap(([name, resolver]) => {
    const coordinate = `${type.name}.${name}`;
    if (name === '__resolveReference' || name === '__isTypeOf') {
      return typeof resolver === 'function' ? [] : [report(coordinate, 'is no function.')];
    }
    if (!Object.hasOwn(fields, name)) {
      return [report(coordinate, 'is no field of the schema.', suggest(name, Object.keys(fields)))];
    }
    return isResolver(resolver, type.name === 'Subscription')
      ? []
      : [
          report(
            coordinate,
            type.name === 'Subscription' ? 'is no object with a subscribe function.' : 'is no function.',
          ),
        ];
  });
}

/** A function, or `{ resolve }`; `{ subscribe, resolve? }` for a field of Subscription. */
function isResolver(resolver: unknown, isSubscription: boolean): boolean {
  if (!isSubscription && typeof resolver === 'function') return true;
  return isRecord(resolver) && typeof resolver[isSubscription ? 'subscribe' : 'resolve'] === 'function';
}

/** A root field has no parent to be read from: without a resolver it could only ever be null. */
function missingRootFields(
  { schema }: SubgraphSchema,
  resolvers: Readonly<Record<string, unknown>>,
  report: Report,
): Problem[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(isObjectType);
  return roots.flatMap((type) => {
    const given = resolvers[type.name];
    return Object.keys(type.getFields())
      .filter((name) => !name.startsWith('_') && !(isRecord(given) && Object.hasOwn(given, name)))
      .map((name) => report(`${type.name}.${name}`, 'has no resolver.', `Add ${name} under ${type.name}.`));
  });
}

function suggest(word: string, candidates: readonly string[]): string | undefined {
  const closest = closestWord(
    word,
    candidates.filter((candidate) => !candidate.startsWith('_')),
  );
  return closest === undefined ? undefined : `Did you mean "${closest}"?`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
