import { coerceInputValue, type GraphQLArgument, isObjectType, type GraphQLSchema, validateInputValue } from 'graphql';
import { readGraphInputs } from '../config/graph-inputs.ts';
import type { Config } from '../config/schema.ts';
import { type Problem, ProblemsError } from '../errors/problem.ts';
import type { Caller, RequestContext } from '../model/request-context.ts';
import type { SubgraphSchema } from '../model/subgraph.ts';
import type { FieldCall } from '../sources/bound/call-field.ts';
import { suggestName } from '../subgraph/did-you-mean.ts';
import { readSubgraph } from '../subgraph/read-subgraph.ts';
import { Contracts } from './contracts.ts';

/** One call of a bound field, or entity, as it is asked for. */
export type BoundCall = FieldCall & {
  /** Where several subgraphs give the field. */
  readonly subgraph: string | undefined;
  readonly caller: Caller;
  readonly header: RequestContext['header'];
};

/** Whose call it is, and its arguments, checked. Throws ProblemsError with everything that is wrong. */
export async function readBoundCall(
  config: Config,
  call: BoundCall,
): Promise<{ readonly subgraph: SubgraphSchema; readonly args: FieldCall['args'] }> {
  const subgraph = pickSubgraph(await readSubgraphs(config), call);
  const args = readArguments(subgraph.schema, call);
  const parentFaults = findParentFaults(subgraph, call);
  if (parentFaults.length > 0) throw new ProblemsError(parentFaults);
  return { subgraph, args };
}

/** Subgraphs whose schemas are not in order are no obstacle to calling another's fields. */
async function readSubgraphs(config: Config): Promise<readonly ReturnType<typeof readSubgraph>[]> {
  return (await new Contracts().complete(await readGraphInputs(config), config)).map(readSubgraph);
}

function pickSubgraph(
  read: readonly ReturnType<typeof readSubgraph>[],
  { coordinate, subgraph: wanted }: BoundCall,
): SubgraphSchema {
  const sound = read.flatMap(({ subgraph }) => subgraph ?? []);
  const found = sound.filter((subgraph) => coordinatesOf(subgraph).includes(coordinate));
  const [only] = wanted === undefined ? found : found.filter(({ name }) => name === wanted);
  if (only !== undefined && (wanted !== undefined || found.length === 1)) return only;
  const faults = read.flatMap(({ problems }) => problems).filter(({ severity }) => severity === 'error');
  if (found.length > 0) {
    const names = found.map(({ name }) => name).join(', ');
    throw problem(`"${coordinate}" is given by: ${names}.`, 'Choose one with --subgraph.');
  }
  if (faults.length > 0) throw new ProblemsError(faults);
  const known = new Set(sound.flatMap(coordinatesOf));
  throw problem(`No subgraph has a call for "${coordinate}".`, suggestName(coordinate, known));
}

function coordinatesOf({ fieldBindings, entityBindings }: SubgraphSchema): readonly string[] {
  return [...fieldBindings.values(), ...entityBindings.values()].map(({ coordinate }) => coordinate);
}

/** The arguments, checked and coerced as a client's variables are (an ID 5 is "5"). Throws ProblemsError with everything that is wrong. */
function readArguments(schema: GraphQLSchema, { coordinate, args }: BoundCall): Readonly<Record<string, unknown>> {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = schema.getType(typeName);
  const known = isObjectType(type) ? (type.getFields()[fieldName]?.args ?? []) : [];
  const problems = [...unknownArguments(args, known), ...known.flatMap((argument) => faultsOf(args, argument))];
  if (problems.length > 0) throw new ProblemsError(problems);
  const given = known.filter(({ name }) => args[name] !== undefined);
  return Object.fromEntries(given.map(({ name, type: wanted }) => [name, coerceInputValue(args[name], wanted)]));
}

function unknownArguments(args: FieldCall['args'], known: readonly GraphQLArgument[]): readonly Problem[] {
  const names = known.map(({ name }) => name);
  return Object.keys(args)
    .filter((name) => !names.includes(name))
    .map((name) => toProblem(`There is no argument "${name}".`, suggestName(name, names)));
}

function faultsOf(args: FieldCall['args'], { name, type, default: otherwise }: GraphQLArgument): readonly Problem[] {
  const value = args[name];
  if (value === undefined && otherwise !== undefined) return [];
  const problems: Problem[] = [];
  validateInputValue(value, type, ({ message }) =>
    problems.push(toProblem(`--args: "${name}": ${message}`, `It takes ${String(type)}.`)),
  );
  return problems;
}

/** What is no field of the parent or entity, and a key that is not there. */
function findParentFaults({ schema, keys }: SubgraphSchema, { coordinate, parent }: BoundCall): readonly Problem[] {
  const [typeName = '', fieldName] = coordinate.split('.');
  const type = schema.getType(typeName);
  const known = isObjectType(type) ? Object.keys(type.getFields()) : [];
  const unknown = Object.keys(parent).filter((name) => name !== '__typename' && !known.includes(name));
  const faults = unknown.map((name) =>
    toProblem(`--this: ${typeName} has no field "${name}".`, suggestName(name, known)),
  );
  const entityKeys = fieldName === undefined ? (keys.get(typeName) ?? []) : [];
  const hasKey = known.some((name) => name in parent && entityKeys.some((key) => key.split(/\W+/).includes(name)));
  if (entityKeys.length === 0 || hasKey) return faults;
  const choice = entityKeys.map((key) => `"${key}"`).join(' or ');
  return [...faults, toProblem(`--this: it has no key of ${typeName}.`, `Give the fields of ${choice}.`)];
}

function problem(message: string, remedy: string): ProblemsError {
  return new ProblemsError([toProblem(message, remedy)]);
}

function toProblem(message: string, remedy: string): Problem {
  return { severity: 'error', code: 'BAD_USER_INPUT', message, remedy, places: [] };
}
