import { type GraphQLSchema, isEnumType } from 'graphql';
import { closestWord } from '../../config/closest-word.ts';
import type { Problem } from '../../errors/problem.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import type { Rename } from '../../subgraph/directives/rename.ts';
import { argumentNames, memberNames } from './rename-service.ts';
import { stitchingProblem } from './stitching-problem.ts';

type KnownService = { readonly name: string; readonly schema: GraphQLSchema };

type Checked = { readonly subgraph: SubgraphSchema; readonly renames: readonly Rename[] };

/** Every `@rename` that no service answers to, or that would give two things one name. */
export function checkRenames(
  subgraph: SubgraphSchema,
  services: readonly KnownService[],
  renames: readonly Rename[],
): Problem[] {
  const names = services.map(({ name }) => name);
  return renames.flatMap((rename) => {
    const { service } = rename;
    const meant = services.filter(({ name }) => service === undefined || service === name);
    if (service !== undefined && meant.length === 0) {
      const message = `is renamed for "${service}", which is none of the stitched services.`;
      return [toProblem(subgraph, rename, { message, remedy: suggest(service, names) })];
    }
    const owners = meant.filter(({ schema }) => has(schema, rename, { subgraph, renames }));
    if (owners.length > 0) return owners.flatMap((owner) => checkClash(owner, rename, { subgraph, renames }));
    const known = meant.flatMap(({ schema }) => namesIn(schema, rename, renames));
    const message = `is "${rename.from}" in ${service === undefined ? 'no stitched service' : `"${service}"`}: there is no such ${whatIs(rename, meant, renames)}.`;
    return [toProblem(subgraph, rename, { message, remedy: suggest(rename.from, known) })];
  });
}

function has(schema: GraphQLSchema, rename: Rename, { renames }: Checked): boolean {
  return namesIn(schema, rename, renames).includes(rename.from);
}

/** Among what a service has, where the renamed thing should be. */
function namesIn(schema: GraphQLSchema, rename: Rename, renames: readonly Rename[]): readonly string[] {
  const { type, field, argument } = rename;
  if (field === undefined) return Object.keys(schema.getTypeMap()).filter((name) => !name.startsWith('__'));
  const owner = toServiceType(schema, type, renames);
  const members = memberNames(schema, owner);
  if (argument === undefined) return members;
  const renamed = renames.find(
    (other) =>
      other.type === type && other.field === field && other.argument === undefined && members.includes(other.from),
  );
  return argumentNames(schema, owner, renamed?.from ?? field);
}

function whatIs(
  { type, field, argument }: Rename,
  services: readonly KnownService[],
  renames: readonly Rename[],
): string {
  if (field === undefined) return 'type';
  if (argument !== undefined) return 'argument';
  return services.some(({ schema }) => isEnumType(schema.getType(toServiceType(schema, type, renames))))
    ? 'value'
    : 'field';
}

/** Whether both are names in the same place. */
function areSiblings(left: Rename, right: Rename): boolean {
  if (left.field === undefined || right.field === undefined) return left.field === right.field;
  if (left.argument === undefined || right.argument === undefined)
    return left.type === right.type && left.argument === right.argument;
  return left.type === right.type && left.field === right.field;
}

/** Two things of a service may not come to bear one name. A name that is given away itself is free. */
function checkClash({ name, schema }: KnownService, rename: Rename, { subgraph, renames }: Checked): Problem[] {
  const { type, field, argument, from } = rename;
  const to = argument ?? field ?? type;
  const taken = namesIn(schema, rename, renames).includes(to);
  const isGivenAway = renames.some(
    (other) =>
      other.from === to && (other.service === undefined || other.service === name) && areSiblings(rename, other),
  );
  if (to === from || !taken || isGivenAway) return [];
  const message = `cannot be the new name of "${from}" of "${name}", which has a ${to} of its own.`;
  return [toProblem(subgraph, rename, { message, remedy: 'Choose another name, or rename that one, too.' })];
}

function toServiceType(schema: GraphQLSchema, type: string, renames: readonly Rename[]): string {
  const roots = {
    Query: schema.getQueryType(),
    Mutation: schema.getMutationType(),
    Subscription: schema.getSubscriptionType(),
  };
  const root = Object.hasOwn(roots, type) ? roots[type as keyof typeof roots] : undefined;
  if (root) return root.name;
  const renamed = renames.find(
    (rename) => rename.type === type && rename.field === undefined && schema.getType(rename.from),
  );
  return renamed?.from ?? type;
}

function suggest(name: string, known: readonly string[]): string {
  const closest = closestWord(name, known);
  return closest === undefined
    ? `There are: ${known.slice(0, 20).join(', ') || 'none'}.`
    : `Did you mean "${closest}"?`;
}

function toProblem(
  subgraph: SubgraphSchema,
  { type, field, argument }: Rename,
  { message, remedy }: { readonly message: string; readonly remedy: string },
): Problem {
  const member = field === undefined ? type : `${type}.${field}`;
  const coordinate = argument === undefined ? member : `${member}(${argument}:)`;
  return stitchingProblem(subgraph, { coordinate, message, remedy });
}
