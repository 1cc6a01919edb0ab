import {
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { closestWord } from '../../config/closest-word.ts';
import type { Problem } from '../../errors/problem.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import type { DelegateField, StitchedField } from '../../subgraph/directives/stitching.ts';
import { sourceFieldsOf } from './computed-field.ts';
import { parentFieldsOf, queryField } from './delegated-field.ts';
import type { ServiceSchema } from './service-subschema.ts';
import { stitchingProblem } from './stitching-problem.ts';

type Stitching = {
  readonly subgraph: SubgraphSchema;
  readonly services: readonly ServiceSchema[];
  readonly byCoordinate: ReadonlyMap<string, StitchedField>;
};

type Field = GraphQLField<unknown, unknown>;

type Found = { readonly coordinate: string; readonly message: string; readonly remedy?: string | undefined };

/** Everything in a subgraph's SDL that its services do not have, or that nothing says how to fetch. */
export function checkStitching(
  subgraph: SubgraphSchema,
  services: readonly ServiceSchema[],
  fields: readonly StitchedField[],
): Problem[] {
  const byCoordinate = new Map(fields.map((field) => [`${field.type}.${field.field.name.value}`, field]));
  const stitching = { subgraph, services, byCoordinate };
  return [
    ...presentedTypes(subgraph.schema).flatMap((type) => checkType(type, stitching)),
    ...fields.flatMap((field) => (field.kind === 'delegate' ? checkTarget(field, stitching) : [])),
    ...services.flatMap((service) => checkNames(service, subgraph)),
  ].map((found) => stitchingProblem(subgraph, found));
}

type Composite = GraphQLNamedType & {
  readonly name: string;
  readonly getFields: () => Readonly<Record<string, GraphQLField<unknown, unknown>>>;
};

function presentedTypes(schema: GraphQLSchema): Composite[] {
  return Object.values(schema.getTypeMap()).filter(
    (type): type is Composite => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('_'),
  );
}

function checkType(type: Composite, stitching: Stitching): Found[] {
  return Object.values(type.getFields())
    .filter((field) => !field.name.startsWith('_'))
    .flatMap((field) => {
      const added = stitching.byCoordinate.get(`${type.name}.${field.name}`);
      return added === undefined || added.kind === 'merge'
        ? checkServiceField(type, field, stitching)
        : checkSources(type, added, stitching);
    });
}

/** A field without a directive has to be a service's own, and within reach of an entity's key. */
function checkServiceField(type: Composite, field: GraphQLField<unknown, unknown>, stitching: Stitching): Found[] {
  const coordinate = `${type.name}.${field.name}`;
  const isRoot = isRootType(type.name, stitching.subgraph.schema);
  if (isKeyField(type.name, field.name, stitching.subgraph)) return [];
  const owners = stitching.services.flatMap(({ schema }) => fieldsOf(schema, type.name));
  const own = owners.filter((candidate) => candidate.name === field.name);
  if (own.length === 0) {
    if (!isRoot && isMade(type.name, stitching)) return [];
    return [unknownField(coordinate, owners)];
  }
  const misfit = own.every((candidate) => getNamedType(candidate.type).name !== getNamedType(field.type).name);
  if (misfit)
    return [
      {
        coordinate,
        message: `is ${String(field.type)} here and ${String(own[0]?.type)} in the service.`,
        remedy: "Give it the service's type, or make it under another name, by @computed or @delegate.",
      },
    ];
  const wrongArguments = checkArguments(coordinate, field, own);
  return isRoot || isReachable(type.name, stitching)
    ? wrongArguments
    : [...wrongArguments, unreachable(coordinate, type.name)];
}

/** A presented argument has to be the service's, and what the service needs has to be presented. */
function checkArguments(coordinate: string, field: Field, owners: readonly Field[]): Found[] {
  const known = owners.flatMap(({ args }) => args);
  const unknown = field.args.filter(({ name }) => !known.some((argument) => argument.name === name));
  const needed = known.filter(
    (argument) => isRequiredArgument(argument) && !field.args.some(({ name }) => name === argument.name),
  );
  const names = known.map(({ name }) => name);
  return [
    ...unknown.map(({ name }) => ({
      coordinate: `${coordinate}(${name}:)`,
      message: 'is an argument in none of the stitched services.',
      remedy: `${suggest(name, names)} Say what the service calls it: @rename(from:).`,
    })),
    ...needed.map(({ name, type }) => ({
      coordinate,
      message: `has no argument "${name}", which the service needs.`,
      remedy: `Add it: ${name}: ${String(type)}.`,
    })),
  ];
}

function unknownField(coordinate: string, owners: readonly GraphQLField<unknown, unknown>[]): Found {
  const [type, name = ''] = coordinate.split('.');
  const known = owners.map((owner) => owner.name);
  const closest = closestWord(name, known);
  const meant = closest === undefined ? '' : `Did you mean "${closest}"? `;
  const made = type === 'Subscription' ? '' : ', or how it is made: @delegate(to:) or @computed(selectionSet:)';
  const remedy = `${meant}Say what the service calls it: @rename(from:)${made}.`;
  return { coordinate, message: 'is a field of none of the stitched services.', remedy };
}

/** A type that no service has and that is no entity is a `@computed` field's value. */
function isMade(type: string, { subgraph, services }: Stitching): boolean {
  return !subgraph.keys.has(type) && services.every(({ schema }) => schema.getType(type) === undefined);
}

function unreachable(coordinate: string, type: string): Found {
  return {
    coordinate,
    message: `can't be fetched by the key of ${type}.`,
    remedy: `Mark the query that takes keys: in Query, ${type.toLowerCase()}sByIds(ids: [ID!]!): [${type}]! @merge(keyField: "id"); or make the @key resolvable: false.`,
  };
}

/** An entity's fields need a way from its key to its service; other types are met on the way. */
function isReachable(type: string, { subgraph, services, byCoordinate }: Stitching): boolean {
  if (!subgraph.keys.has(type)) return true;
  return [...byCoordinate.values()].some(
    (field) =>
      field.kind === 'merge' &&
      services.some(({ schema }) => {
        const query = queryField(schema, field.field.name.value);
        if (query === undefined) return false;
        const returned = getNamedType(query.type);
        if (isInterfaceType(returned)) return schema.getPossibleTypes(returned).some(({ name }) => name === type);
        return returned.name === type;
      }),
  );
}

/** The fields that an added field is made of must be there: services' fields, or the key. */
function checkSources(type: Composite, added: StitchedField, { subgraph, services }: Stitching): Found[] {
  const sources =
    added.kind === 'computed' ? sourceFieldsOf(added) : added.kind === 'delegate' ? parentFieldsOf(added) : [];
  return sources.flatMap((source) => {
    const isKnown =
      isKeyField(type.name, source, subgraph) ||
      services.some(({ schema }) => fieldsOf(schema, type.name).some(({ name }) => name === source));
    if (isKnown) return [];
    const message = `needs ${type.name}.${source}, which is a field of none of the stitched services.`;
    const known = services.flatMap(({ schema }) => fieldsOf(schema, type.name).map(({ name }) => name));
    return [{ coordinate: `${type.name}.${added.field.name.value}`, message, remedy: suggest(source, known) }];
  });
}

function checkTarget({ type, field, target }: DelegateField, { services }: Stitching): Found[] {
  const coordinate = `${type}.${field.name.value}`;
  const name = target.name.value;
  const found = services.flatMap(({ schema }) => queryField(schema, name) ?? [])[0];
  if (found === undefined) {
    const known = services.flatMap(({ schema }) => Object.keys(schema.getQueryType()?.getFields() ?? {}));
    const message = `is delegated to "${name}", which is a query of none of the stitched services.`;
    return [{ coordinate, message, remedy: suggest(name, known) }];
  }
  const given = new Set((target.arguments ?? []).map((argument) => argument.name.value));
  const unknown = [...given].filter((argument) => !found.args.some((known) => known.name === argument));
  const missing = found.args.filter(
    (arg) => String(arg.type).endsWith('!') && arg.defaultValue === undefined && !given.has(arg.name),
  );
  return [
    ...unknown.map((argument) => ({
      coordinate,
      message: `gives "${name}" the argument "${argument}", which it has not.`,
      remedy: suggest(
        argument,
        found.args.map((known) => known.name),
      ),
    })),
    ...missing.map((argument) => ({
      coordinate,
      message: `gives "${name}" no argument "${argument.name}", which it needs.`,
      remedy: `Add it: ${name}(${argument.name}: $…), where a variable is an argument of the field or a field of its object.`,
    })),
  ];
}

function suggest(name: string, known: readonly string[]): string {
  const closest = closestWord(name, known);
  return closest === undefined ? `There are: ${known.join(', ') || 'none'}.` : `Did you mean "${closest}"?`;
}

function fieldsOf(schema: GraphQLSchema, type: string): GraphQLField<unknown, unknown>[] {
  const named = schema.getType(type);
  return isObjectType(named) || isInterfaceType(named) ? Object.values(named.getFields()) : [];
}

/** graphql-tools looks merged types' fields up in plain objects, which have a `constructor` of their own. */
function checkNames({ name, schema }: ServiceSchema, { keys }: SubgraphSchema): Found[] {
  return [...keys.keys()].flatMap((type) =>
    fieldsOf(schema, type)
      .filter((field) => field.name in Object.prototype)
      .map((field) => ({
        coordinate: `${type}.${field.name}`,
        message: `has a name in the service "${name}" that a merged type cannot have.`,
        remedy: 'Rename it in the service, or give the service’s SDL without it (`stitch.<name>.schema`).',
      })),
  );
}

function isRootType(name: string, schema: GraphQLSchema): boolean {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].some(
    (root) => root?.name === name,
  );
}

/** Whether a field stands in one of the type's keys, resolvable here or not. */
function isKeyField(type: string, field: string, { document }: SubgraphSchema): boolean {
  return document.definitions.some(
    (node) =>
      'name' in node &&
      node.name?.value === type &&
      'directives' in node &&
      (node.directives ?? []).some(
        (directive) =>
          directive.name.value === 'key' &&
          directive.arguments?.some(
            ({ name, value }) =>
              name.value === 'fields' &&
              'value' in value &&
              String(value.value)
                .split(/[\s{}]+/)
                .includes(field),
          ),
      ),
  );
}
