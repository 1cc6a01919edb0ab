import { type DocumentNode, getNamedType, type GraphQLObjectType, isObjectType, parse } from 'graphql';
import DataLoader from 'dataloader';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { CallKind } from '../../model/call.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { FetchAnswer } from '../../model/source.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { extendChain } from './call-chain.ts';
import { loadEntities } from './load-entities.ts';
import { OperationText, printField, printSelection } from './print-selection.ts';

/** Sends an operation to one subgraph as the caller, with its policies. A failed call is an answer with errors. */
type ExecuteOperation = (
  subgraph: string,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  context: RequestContext,
) => Promise<FetchAnswer>;

/** The same for a subscription. Throws where the caller may not have it. */
type SubscribeToOperation = (...call: Parameters<ExecuteOperation>) => AsyncIterable<FetchAnswer>;

export type ServicesOptions = {
  /** Whose resolvers call: it is not among its own services. */
  readonly subgraph: string;
  readonly subgraphs: ReadonlyMap<string, SubgraphSchema>;
  readonly execute: ExecuteOperation;
  readonly subscribe: SubscribeToOperation;
};

/** `services.<subgraph>.Query.<field>(args, selection)` and `services.<subgraph>.<Entity>(key, selection)`. */
export type Services = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What resolvers are given as `services`, for one request: batches and memory do not outlive it. */
export type CreateServices = (context: RequestContext, kind: CallKind) => Services;

/** One request's calls to one subgraph. */
type Calls = {
  readonly subgraph: SubgraphSchema;
  readonly kind: CallKind;
  readonly execute: (document: DocumentNode, variables: Readonly<Record<string, unknown>>) => Promise<FetchAnswer>;
  readonly subscribe: (
    document: DocumentNode,
    variables: Readonly<Record<string, unknown>>,
  ) => AsyncIterable<FetchAnswer>;
  readonly parse: (text: string) => DocumentNode;
};

/** Makes `services` for the resolvers of a subgraph. Nothing is looked up until a resolver names a service. */
export function createServices(options: ServicesOptions): CreateServices {
  const parseOnce = createParser();
  const others = [...options.subgraphs.values()].filter((subgraph) => subgraph.name !== options.subgraph);
  return (context, kind) => {
    const inner = extendChain(context, options.subgraph);
    const services = {};
    for (const subgraph of others) {
      const calls: Calls = {
        subgraph,
        kind,
        parse: parseOnce,
        execute: (document, variables) => options.execute(subgraph.name, document, variables, inner),
        subscribe: (document, variables) => options.subscribe(subgraph.name, document, variables, inner),
      };
      let service: Record<string, unknown> | undefined;
      Object.defineProperty(services, subgraph.name, { enumerable: true, get: () => (service ??= toService(calls)) });
    }
    return services;
  };
}

function toService(calls: Calls): Record<string, unknown> {
  const { schema, keys } = calls.subgraph;
  const service: Record<string, unknown> = {};
  const roots = { Query: schema.getQueryType(), Mutation: schema.getMutationType() };
  for (const [name, type] of Object.entries(roots)) {
    if (type) service[name] = toRootFields(calls, name === 'Query' ? 'query' : 'mutation', type);
  }
  const subscriptions = schema.getSubscriptionType();
  if (subscriptions) service['Subscription'] = toStreams(calls, subscriptions);
  for (const name of keys.keys()) {
    const type = schema.getType(name);
    if (isObjectType(type)) service[name] = toEntityLoader(calls, type);
  }
  return service;
}

function toRootFields(calls: Calls, kind: CallKind, type: GraphQLObjectType): Record<string, unknown> {
  const answers = new Map<string, Promise<unknown>>();
  const fields = Object.values(type.getFields()).filter((field) => !field.name.startsWith('_'));
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      async (args: unknown, selection: unknown): Promise<unknown> => {
        if (kind === 'mutation' && calls.kind !== 'mutation') throw mutationInQuery(calls.subgraph.name, field.name);
        const text = new OperationText(calls.subgraph.schema);
        const printed = printField(field, { args, selection }, text);
        const document = `${kind}${text.printDefinitions()} { ${printed} }`;
        const call = () => executeRootField(calls, document, { name: field.name, variables: text.values });
        if (calls.kind === 'mutation') return call(); // what was read before a change may be wrong after it
        return getOrCreate(answers, `${document} ${JSON.stringify(text.values)}`, call);
      },
    ]),
  );
}

/** One value for each event. What is wrong with one ends the stream: nothing is silently missing. */
function toStreams(calls: Calls, type: GraphQLObjectType): Record<string, unknown> {
  return Object.fromEntries(
    Object.values(type.getFields()).map((field) => [
      field.name,
      async function* subscribe(args: unknown, selection: unknown): AsyncGenerator<unknown> {
        const text = new OperationText(calls.subgraph.schema);
        const printed = printField(field, { args, selection }, text);
        const document = calls.parse(`subscription${text.printDefinitions()} { ${printed} }`);
        for await (const answer of calls.subscribe(document, text.values)) yield readField(answer, field.name);
      },
    ]),
  );
}

async function executeRootField(
  calls: Calls,
  document: string,
  field: { readonly name: string; readonly variables: Readonly<Record<string, unknown>> },
): Promise<unknown> {
  return readField(await calls.execute(calls.parse(document), field.variables), field.name);
}

function readField({ data, errors = [] }: FetchAnswer, name: string): unknown {
  const [error] = errors;
  if (error !== undefined) throw error.with({ path: undefined }); // GraphQL would take its path for the resolver's
  return data?.[name] ?? null;
}

function toEntityLoader(calls: Calls, type: GraphQLObjectType) {
  const loaders = new Map<string, DataLoader<Readonly<Record<string, unknown>>, unknown, string>>();
  return async (key: Readonly<Record<string, unknown>>, selection: unknown): Promise<unknown> => {
    const text = new OperationText(calls.subgraph.schema);
    const printed = printSelection(getNamedType(type), selection, text);
    const loader = getOrCreate(loaders, `${printed} ${JSON.stringify(text.values)}`, () => {
      const representations = text.addVariable('[_Any!]!', []);
      const document = calls.parse(
        `query${text.printDefinitions()} { _entities(representations: ${representations}) { ... on ${type.name} ${printed} } }`,
      );
      const variable = representations.slice(1);
      return new DataLoader(
        (keys) =>
          loadEntities({ subgraph: calls.subgraph.name, type: type.name, keys }, (list) =>
            calls.execute(document, { ...text.values, [variable]: list }),
          ),
        { cacheKeyFn: (entity) => JSON.stringify(entity), cache: calls.kind === 'query' },
      );
    });
    return loader.load(key);
  };
}

function mutationInQuery(subgraph: string, field: string): GatewayError {
  return new GatewayError('INTERNAL_ERROR', 'A resolver of a query tried to change something.', {
    service: subgraph,
    detail: `services.${subgraph}.Mutation.${field} can only be called by a resolver of a mutation.`,
  });
}

/** Documents by their text, so that the same call is planned once. Resolvers that make up selections do not fill the memory. */
function createParser(limit = 1000): (text: string) => DocumentNode {
  const documents = new Map<string, DocumentNode>();
  return (text) => {
    if (documents.size >= limit && !documents.has(text)) documents.clear();
    return getOrCreate(documents, text, () => parse(text, { noLocation: true }));
  };
}

function getOrCreate<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}
