import { buildSchema, execute, lexicographicSortSchema, parse, printSchema, type GraphQLSchema } from 'graphql';
import { ProblemsError } from '../../src/errors/problem.ts';
import { createChoices, type Choices } from './choices.ts';
import { assertSameAnswer } from './compare-answers.ts';
import type { Tape } from '../../src/traffic/tape.ts';
import { bindModel, flatValues, type BoundModel } from './bind-model.ts';
import { connectGraph, printOne, type BoundServices, type ConnectedGraph } from './connected-graph.ts';
import type { GraphModel } from './graph-model.ts';
import { printWhole } from './print-model.ts';
import { randomModel, VALUES } from './random-model.ts';
import { randomOperation, type RandomOperation } from './random-operation.ts';
import { createWorld, type WorldObject } from './world.ts';

type Difference = {
  /** `composition`: refused though valid; `schema`: other API schema; `answer`: another answer, or a crash. */
  readonly kind: 'composition' | 'schema' | 'answer';
  readonly detail: string;
  readonly operation?: RandomOperation;
  readonly calls?: readonly string[];
};

export type CaseReport = {
  readonly difference: Difference | undefined;
  /** Operations that were compared. */
  readonly compared: number;
  readonly model: GraphModel;
  readonly bound: BoundModel | undefined;
  /** The names of the choices that were not the simplest. */
  readonly taken: ReadonlySet<string>;
};

export type CaseOptions = {
  /** Choices that are the simplest. */
  readonly leftOut?: ReadonlySet<string>;
  /** Where some of the subgraphs are REST services; without it all are GraphQL services. */
  readonly services?: BoundServices | undefined;
  readonly tape?: Tape | undefined;
};

const OPERATIONS = 12;

/** One random graph, some operations on it, and what the gateway did otherwise than one schema would. */
export async function runCase(
  seed: number,
  { leftOut = new Set(), services, tape }: CaseOptions = {},
): Promise<CaseReport> {
  const choices = withServices(createChoices(seed, leftOut), services);
  const model = randomModel(choices);
  const whole = buildSchema(printWhole(model));
  const bound = services === undefined ? undefined : bindModel(model, choices);
  const connected = await connect(model, choices, { bound, services, tape });
  if ('kind' in connected) return { difference: connected, compared: 0, model, bound, taken: choices.taken };
  let difference = compareSchemas(connected.apiSchema, whole);
  let compared = 0;
  for (let index = 0; index < OPERATIONS && difference === undefined; index += 1) {
    const operation = randomOperation(whole, choices, `operation ${index}`);
    if (operation.query === '{ __typename }') continue;
    difference = await compareOperation(operation, { connected, whole, model, choices });
    compared += 1;
  }
  await connected.close();
  return { difference, compared, model, bound, taken: choices.taken };
}

/** What REST services answer ends. */
const withServices = (choices: Choices, services: BoundServices | undefined) =>
  services === undefined ? choices : flatValues(choices, VALUES);

type Serving = Pick<CaseOptions, 'services' | 'tape'> & { readonly bound: BoundModel | undefined };

async function connect(model: GraphModel, choices: Choices, serving: Serving): Promise<ConnectedGraph | Difference> {
  try {
    const wayIn = choices.chance(30, 'from the supergraph') ? 'supergraph' : 'subgraphs';
    return await connectGraph(model, { wayIn, ...serving });
  } catch (error) {
    const detail =
      error instanceof ProblemsError
        ? error.problems.map(({ code, message }) => `${code}: ${message}`).join('\n')
        : String(error);
    return { kind: 'composition', detail };
  }
}

function compareSchemas(actual: GraphQLSchema, expected: GraphQLSchema): Difference | undefined {
  const [actualLines, expectedLines] = [actual, expected].map((schema) =>
    printSchema(lexicographicSortSchema(schema)).split('\n'),
  );
  const more = actualLines!.filter((line) => !expectedLines!.includes(line));
  const fewer = expectedLines!.filter((line) => !actualLines!.includes(line));
  if (more.length + fewer.length === 0) return undefined;
  return {
    kind: 'schema',
    detail: [...more.map((line) => `+ ${line}`), ...fewer.map((line) => `- ${line}`)].join('\n'),
  };
}

type Comparison = {
  readonly connected: ConnectedGraph;
  readonly whole: GraphQLSchema;
  readonly model: GraphModel;
  readonly choices: Choices;
};

async function compareOperation(
  operation: RandomOperation,
  { connected, whole, model, choices }: Comparison,
): Promise<Difference | undefined> {
  const calls: string[] = [];
  const world = createWorld(model, choices);
  const expected = await execute({
    schema: whole,
    document: parse(operation.query),
    variableValues: operation.variables,
    fieldResolver: (source: WorldObject | undefined, args, _context, info) =>
      world.resolve(source, info.parentType.name, info.fieldName, args),
    typeResolver: (value) => (value as WorldObject).__typename,
  });
  try {
    const answers = await connected.run({ ...operation, world: createWorld(model, choices), calls });
    for (const actual of answers) assertSameAnswer(actual, expected);
    return undefined;
  } catch (error) {
    return { kind: 'answer', detail: messageOf(error), operation, calls };
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} ${messageOf(error.cause)}`;
}

/** What a person needs to see of a case. */
export function printCase({ difference, model, bound }: CaseReport): string {
  const { kind, detail, operation, calls = [] } = difference ?? { kind: 'answer', detail: 'no difference' };
  const subgraphs = model.subgraphs.map((subgraph) => `# ${subgraph}\n${printOne(model, bound, subgraph)}`);
  const asked = operation === undefined ? [] : [operation.query, JSON.stringify(operation.variables), ...calls];
  return [kind, detail, ...asked, ...subgraphs].join('\n\n');
}
