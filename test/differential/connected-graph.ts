import { execute, OperationTypeNode, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import { readSupergraph } from '../../src/composition/read-supergraph.ts';
import { readVariables } from '../../src/document/read-variables.ts';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import { compileOperation, type ExecutionResult } from '../../src/execution/compile-operation.ts';
import { composeGraph, type LoadedGraph } from '../../src/gateway/load-graph.ts';
import type { FetchAnswer, FetchCall, Source, SourceFetch } from '../../src/model/source.ts';
import type { Supergraph } from '../../src/model/supergraph.ts';
import { createPlanner } from '../../src/planning/planner.ts';
import { createBoundSource } from '../../src/sources/bound/bound-source.ts';
import { createClients } from '../../src/sources/bound/clients.ts';
import type { Tape } from '../../src/traffic/tape.ts';
import { createStitchedSource } from '../../src/sources/local/stitched-source.ts';
import { checkOperation, testContext } from '../execution/test-graph.ts';
import { createTestProtect } from '../sources/http/test-context.ts';
import { printBindings, type BoundModel } from './bind-model.ts';
import { answerCall } from './bound-service.ts';
import type { GraphModel } from './graph-model.ts';
import { buildPlain, createPlainService, printPlain, printStitched } from './plain-service.ts';
import { printSubgraph } from './print-model.ts';
import { selectSent } from './sent-values.ts';
import type { World, WorldObject } from './world.ts';

type Json = Readonly<Record<string, unknown>>;

/** An object as a service holds it: with the representation it came from, and what came with it by `@provides`. */
type Held = WorldObject & { readonly sent?: Json; readonly provided?: readonly string[] };

export type ConnectedGraph = {
  readonly apiSchema: GraphQLSchema;
  /** A mutation's result; a query's at its first run, and at its second, for which code is generated. `calls` gets what the services were asked. */
  readonly run: (request: {
    query: string;
    variables: Json;
    world: World;
    calls: string[];
  }) => Promise<readonly ExecutionResult[]>;
  readonly close: () => Promise<void>;
};

/** Where the bound subgraphs of a model are served: calls get what `answer` says, a failure where it throws. */
export type BoundServices = {
  readonly urls: Readonly<Record<'rest' | 'queue' | 'plain', string>>;
  answer: (call: { readonly place: string; readonly body: Json }) => unknown;
  /** What the plain GraphQL service of a subgraph answers. */
  execute: (subgraph: string, request: { readonly query: string; readonly variables?: Json }) => Promise<unknown>;
};

type Wiring = {
  readonly wayIn: 'subgraphs' | 'supergraph';
  readonly bound?: BoundModel | undefined;
  readonly services?: BoundServices | undefined;
  /** Records what the services of bound subgraphs answer, or answers for them. */
  readonly tape?: Tape | undefined;
};

/** The model's subgraphs, composed, planned over and executed, with a service of its own behind each. Rejects with ProblemsError. */
export async function connectGraph(
  model: GraphModel,
  { wayIn, bound, services, tape }: Wiring,
): Promise<ConnectedGraph> {
  const isPlain = (name: string) => isBound(name) && bound?.protocolOf(name) === 'plain';
  const isBound = (name: string) => bound?.subgraphs.has(name) === true;
  const graph = await composeGraph(
    model.subgraphs.map((name) => ({
      name,
      kind: isPlain(name) ? 'stitched' : isBound(name) ? 'auto' : 'graphql',
      url: (isBound(name) ? services?.urls[bound!.protocolOf(name)] : undefined) ?? `http://${name}`,
      schema: [
        {
          name,
          text: printOne(model, bound, name),
        },
      ],
    })),
  );
  const sources = new Map(
    model.subgraphs
      .filter(isBound)
      .map((name) => [
        name,
        isPlain(name)
          ? connectStitched(graph, name, { model, bound: bound!, services: services! })
          : connectBound(graph, name, tape),
      ]),
  );
  const supergraph = wayIn === 'subgraphs' ? graph.supergraph : readAgain(graph.supergraph);
  const planner = createPlanner(supergraph);
  return {
    apiSchema: supergraph.apiSchema,
    async run({ query, variables, world, calls }) {
      const operation = checkOperation(query);
      if (bound !== undefined && services !== undefined) {
        const answer = answerCall(model, bound, world);
        services.answer = (call) => {
          if (tape?.isReplay === true) throw new Error('a replay asks nobody');
          calls.push(`${call.place} ${JSON.stringify(call.body)}`);
          return answer(call);
        };
        services.execute = (name, request) => {
          calls.push(`${name}, plain: ${request.query} ${JSON.stringify(request.variables)}`);
          return createPlainService(buildPlain(printPlain(model, bound, name)), name, { bound, world })(request);
        };
      }
      const compiled = compileOperation({
        operation,
        plan: planner.plan(operation),
        denied: new Map(),
        apiSchema: supergraph.apiSchema,
        prepare: (fetch) => {
          const answer = sources.get(fetch.subgraph)?.prepare(fetch) ?? createService(graph, model, { fetch, world });
          return (call, context) => {
            calls.push(`${fetch.subgraph}: ${fetch.operation} ${JSON.stringify(call.variables)}`);
            return answer(call, context);
          };
        },
        prepareSubscription: () => {
          throw new Error('there are no subscriptions');
        },
      });
      const given = readVariables(operation, supergraph.apiSchema, variables);
      const first = await compiled.run(given, testContext());
      if (operation.operation.operation === OperationTypeNode.MUTATION) return [first];
      calls.push('again');
      return [first, await compiled.run(given, testContext())];
    },
    close: async () => {
      await Promise.all([...sources.values()].map((source) => source.close()));
    },
  };
}

/** A subgraph as it is written: with calls, as a plain service's, or as a federated service's. */
export function printOne(model: GraphModel, bound: BoundModel | undefined, name: string): string {
  if (bound?.subgraphs.has(name) !== true) return printSubgraph(model, name);
  return bound.protocolOf(name) === 'plain'
    ? printStitched(model, bound, name)
    : printSubgraph(model, name, printBindings(bound, name));
}

type Served = { readonly model: GraphModel; readonly bound: BoundModel; readonly services: BoundServices };

function connectStitched(graph: LoadedGraph, name: string, { model, bound, services }: Served): Source {
  const subgraph = graph.subgraphs.get(name);
  if (subgraph === undefined) throw new Error(`there is no subgraph ${name}`);
  const sdl = { name: `${name}.graphql`, text: printPlain(model, bound, name) };
  return createStitchedSource({
    subgraph,
    services: { [name]: { url: `${services.urls.plain}/${name}`, sdl } },
    headers: () => ({}),
    protect: createTestProtect({ subgraph: name }),
    policyOf: () => ({}),
    onUnusable: (error) => {
      throw error;
    },
  });
}

function connectBound(graph: LoadedGraph, name: string, tape: Tape | undefined): Source {
  const subgraph = graph.subgraphs.get(name);
  if (subgraph === undefined) throw new Error(`there is no subgraph ${name}`);
  return createBoundSource({
    subgraph,
    clients: createClients({ subgraph, headers: () => ({}) }),
    protect: createTestProtect({ subgraph: name, tape }),
    forward: [],
  });
}

function readAgain({ sdl }: Supergraph): Supergraph {
  const read = readSupergraph(sdl, 'supergraph.graphql');
  if (read.kind === 'failed') throw new Error(JSON.stringify(read.problems));
  return read.supergraph;
}

type Asked = { readonly fetch: SourceFetch; readonly world: World };

/** A service that resolves what its schema says is its own, and nothing else. */
function createService(
  graph: LoadedGraph,
  model: GraphModel,
  { fetch, world }: Asked,
): (call: FetchCall) => Promise<FetchAnswer> {
  const name = fetch.subgraph;
  const schema = graph.subgraphs.get(name)?.schema;
  if (schema === undefined) throw new Error(`there is no subgraph ${name}`);
  assertValid(schema, fetch.document, name);
  const resolve = createResolve(name, model, world);
  return async ({ variables }) => {
    const result = await execute({
      schema,
      document: fetch.document,
      variableValues: variables,
      fieldResolver: (source: Held | undefined, args: Json, _context, info) =>
        info.fieldName === '_entities'
          ? (args['representations'] as Json[]).map((sent) => toEntity(sent, name, model, world))
          : resolve(source, info.parentType.name, info.fieldName, args),
      typeResolver: (value) => (value as Held).__typename,
    });
    const { data, errors } = JSON.parse(JSON.stringify(result)) as {
      data?: Json | null;
      errors?: { message: string; path?: (string | number)[] }[];
    };
    return {
      data: data ?? null,
      errors: errors?.map(({ message, path }) => new GatewayError('UPSTREAM_ERROR', message, { path, service: name })),
    };
  };
}

function assertValid(schema: GraphQLSchema, document: DocumentNode, name: string): void {
  const invalid = validate(schema, document);
  if (invalid.length > 0) throw new Error(`${name} is asked what it does not have: ${invalid.join('\n')}`);
}

function toEntity(sent: Json, subgraph: string, model: GraphModel, world: World): Held {
  const found = world.find(sent);
  const keyed = model.types.get('Media');
  const isObject = sent['__typename'] === 'Media' && keyed?.kind === 'keyed-interface' && keyed.objects.has(subgraph);
  return { ...found, ...(isObject ? { __typename: 'Media' } : {}), sent };
}

function createResolve(subgraph: string, model: GraphModel, world: World) {
  return (source: Held | undefined, typeName: string, fieldName: string, args: Json): unknown => {
    const found = world.findField(typeName, fieldName);
    if (found === undefined || model.types.get(typeName)?.kind === 'value')
      return world.resolve(source, typeName, fieldName, args);
    const { field } = found;
    const isHere = field.owners.has(subgraph) || source?.provided?.includes(fieldName) === true;
    if (!isHere) throw new Error(`${typeName}.${fieldName} is not to be resolved by ${subgraph}`);
    const required =
      field.requires.length === 0 || !field.owners.has(subgraph) ? undefined : selectSent(source?.sent, field.requires);
    const value =
      required === undefined
        ? world.resolve(source, typeName, fieldName, args)
        : world.compute(source, found, args, required);
    return withProvided(value, field.provides.get(subgraph));
  };
}

function withProvided(value: unknown, provided: readonly string[] | undefined): unknown {
  if (provided === undefined || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withProvided(item, provided));
  return { ...(value as Held), provided };
}
