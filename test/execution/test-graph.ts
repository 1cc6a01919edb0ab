import {
  buildASTSchema,
  execute,
  getVariableValues,
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  validate,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
} from 'graphql';
import { composeSupergraph } from '../../src/composition/compose-supergraph.ts';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import {
  compileOperation,
  type CompiledOperation,
  type ExecutionResult,
} from '../../src/execution/compile-operation.ts';
import { Cancellation } from '../../src/model/cancellation.ts';
import type { CheckedOperation } from '../../src/model/operation.ts';
import type { RequestContext } from '../../src/model/request-context.ts';
import type { FetchAnswer, FetchCall, SourceFetch } from '../../src/model/source.ts';
import type { SubgraphSchema } from '../../src/model/subgraph.ts';
import type { Supergraph } from '../../src/model/supergraph.ts';
import { createPlanner, type Planner } from '../../src/planning/planner.ts';

type Source = Record<string, unknown>;
type Resolve = (source: Source, args: Record<string, unknown>) => unknown;

/** A service of a test: its schema, and how it answers. Fields without a resolver are read off their parent. */
export type TestService = {
  readonly sdl: string;
  readonly resolvers?: Readonly<Record<string, Readonly<Record<string, Resolve>>>>;
  /** By type: a representation's entity. */
  readonly entities?: Readonly<Record<string, (representation: Source) => unknown>>;
  /** Answers in the place of the resolvers, or changes their answer. */
  readonly intercept?: (
    answer: FetchAnswer,
    call: FetchCall,
    context: RequestContext,
  ) => FetchAnswer | Promise<FetchAnswer>;
  readonly events?: (context: RequestContext) => AsyncIterable<FetchAnswer>;
};

type RunOptions = {
  readonly variables?: Record<string, unknown>;
  readonly context?: RequestContext;
  readonly denied?: (field: FieldNode) => string | undefined;
};

export type TestGraph = {
  readonly supergraph: Supergraph;
  readonly planner: Planner;
  /** What the services were asked, in order, e.g. `users: {users{id}}`. */
  readonly calls: string[];
  readonly compile: (query: string, options?: Pick<RunOptions, 'denied'>) => Promise<CompiledOperation>;
  readonly run: (query: string, options?: RunOptions) => Promise<ExecutionResult>;
  /** A query's results at its first run, and at its second, for which code has been generated. */
  readonly runTwice: (query: string, options?: RunOptions) => Promise<readonly [ExecutionResult, ExecutionResult]>;
};

/** Composes, plans and executes over services in this process; each fetch is validated against its service's schema. */
export function testGraph(
  services: Readonly<Record<string, TestService>>,
  { entityStore }: { readonly entityStore?: boolean | undefined } = {},
): TestGraph {
  const composition = composeSupergraph(Object.entries(services).map(([name, { sdl }]) => toSubgraphSchema(name, sdl)));
  if (composition.kind === 'failed') throw new Error(JSON.stringify(composition.problems, null, 2));
  const { supergraph } = composition;
  const planner = createPlanner(supergraph);
  const calls: string[] = [];
  const connected = new Map(
    Object.entries(services).map(([name, service]) => [name, connectService(name, service, calls)]),
  );
  const connect = (fetch: SourceFetch) => {
    const service = connected.get(fetch.subgraph);
    if (service === undefined) throw new Error(`no service ${fetch.subgraph}`);
    return service;
  };

  async function compile(query: string, { denied }: Pick<RunOptions, 'denied'> = {}): Promise<CompiledOperation> {
    const operation = checkOperation(query);
    const { allowed, reasons } = cutDenied(operation, denied);
    const plan = allowed === null ? { root: null } : planner.plan(allowed);
    return compileOperation({
      operation,
      plan,
      denied: reasons,
      apiSchema: supergraph.apiSchema,
      entityStore,
      prepare: (fetch) => connect(fetch).prepare(fetch),
      prepareSubscription: (fetch) => (_call, context) => connect(fetch).open(fetch, context),
    });
  }

  async function prepareRun(query: string, options: RunOptions): Promise<() => Promise<ExecutionResult>> {
    const refused = refuse(supergraph.apiSchema, query);
    if (refused.length > 0) return () => Promise.resolve({ data: null, errors: refused });
    const compiled = await compile(query, options);
    const variables = coerceVariables(supergraph.apiSchema, query, options.variables);
    if (variables instanceof GatewayError) return () => Promise.resolve({ data: null, errors: [variables] });
    return () => compiled.run(variables, options.context ?? testContext());
  }

  return {
    supergraph,
    planner,
    calls,
    compile,
    run: async (query, options = {}) => (await prepareRun(query, options))(),
    async runTwice(query, options = {}) {
      const runOnce = await prepareRun(query, options);
      return [await runOnce(), await runOnce()];
    },
  };
}

export function testContext(more: Partial<RequestContext> = {}): RequestContext {
  return {
    requestId: 'test',
    caller: { kind: 'anonymous' },
    header: () => null,
    deadlineMs: Number.POSITIVE_INFINITY,
    cancellation: new Cancellation(),
    scope: new Map(),
    ...more,
  };
}

/** Errors in a form to compare: code, path and service. */
export function briefly(errors: readonly GatewayError[] | undefined): readonly string[] {
  return (errors ?? []).map(({ code, path, service }) => [code, path?.join('.') ?? '-', service ?? '-'].join(' '));
}

export function checkOperation(query: string): CheckedOperation {
  const document = parse(query);
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error('no operation');
  const fragments = document.definitions.filter(
    (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
  );
  return { document, operation, fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])) };
}

/** What the document stage does: an invalid document is not run. */
function refuse(schema: GraphQLSchema, query: string): readonly GatewayError[] {
  return validate(schema, parse(query)).map(({ message }) => new GatewayError('GRAPHQL_VALIDATION_FAILED', message));
}

function coerceVariables(
  schema: GraphQLSchema,
  query: string,
  variables: Record<string, unknown> = {},
): Record<string, unknown> | GatewayError {
  const { operation } = checkOperation(query);
  const result = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (result.errors) return new GatewayError('BAD_USER_INPUT', result.errors.join('\n'));
  return { ...result.variableValues.coerced };
}

/** Cuts the denied fields out, as security does. */
function cutDenied(
  operation: CheckedOperation,
  denied: RunOptions['denied'],
): { allowed: CheckedOperation | null; reasons: Map<FieldNode, string> } {
  const reasons = new Map<FieldNode, string>();
  if (denied === undefined) return { allowed: operation, reasons };
  const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
  const document: DocumentNode = visit(operation.document, {
    Field(field) {
      const reason = denied(field);
      if (reason === undefined) return undefined;
      reasons.set(field, reason);
      return null;
    },
    SelectionSet: { leave: (set) => (set.selections.length === 0 ? { ...set, selections: [typename] } : undefined) },
  });
  return { allowed: checkOperation(print(document)), reasons };
}

/** A service as a source: what it is asked goes into `calls`. */
export function connectService(name: string, service: TestService, calls: string[]) {
  const schema = buildSubgraphSchema(service.sdl);
  async function answer(fetch: SourceFetch, call: FetchCall): Promise<FetchAnswer> {
    calls.push(`${name}: ${stripIgnoredCharacters(fetch.operation)}`);
    const invalid = validate(schema, fetch.document);
    if (invalid.length > 0) throw new Error(`${name} refuses ${fetch.operation}: ${invalid.join('\n')}`);
    const result = await execute({
      schema,
      document: fetch.document,
      variableValues: call.variables,
      fieldResolver: (source: Source, args, _context, info) =>
        resolveField(service, source ?? {}, { args, type: info.parentType.name, field: info.fieldName }),
      typeResolver: (value) => (value as { __typename: string }).__typename,
    });
    const { data, errors } = JSON.parse(JSON.stringify(result)) as {
      data?: Source | null;
      errors?: { message: string; path?: (string | number)[] }[];
    };
    return {
      data: data ?? null,
      errors: errors?.map(({ message, path }) => new GatewayError('UPSTREAM_ERROR', message, { path })),
    };
  }
  return {
    prepare: (fetch: SourceFetch) => async (call: FetchCall, context: RequestContext) => {
      const answered = await answer(fetch, call);
      return service.intercept ? service.intercept(answered, call, context) : answered;
    },
    open(fetch: SourceFetch, context: RequestContext): AsyncIterable<FetchAnswer> {
      calls.push(`${name}: ${stripIgnoredCharacters(fetch.operation)}`);
      if (service.events === undefined) throw new Error(`${name} has no events`);
      return service.events(context);
    },
  };
}

type Asked = { readonly args: Record<string, unknown>; readonly type: string; readonly field: string };

function resolveField(service: TestService, source: Source, { args, type, field }: Asked): unknown {
  const resolve = service.resolvers?.[type]?.[field];
  if (resolve) return resolve(source, args);
  if (field !== '_entities') return source[field] ?? null;
  return (args['representations'] as Source[]).map((representation) => {
    const typename = String(representation['__typename']);
    const entity = service.entities?.[typename]?.(representation) as Source | null | undefined;
    return entity ? { __typename: typename, ...entity } : null;
  });
}

function toSubgraphSchema(name: string, sdl: string): SubgraphSchema {
  const document = parse(sdl);
  return {
    name,
    kind: 'graphql',
    url: undefined,
    document,
    federationDocument: document,
    schema: buildSubgraphSchema(sdl),
    fieldBindings: new Map(),
    entityBindings: new Map(),
    maps: new Map(),
    toWireName: (name) => name,
    wireNames: new Map(),
    keys: new Map(),
    constraints: new Map(),
    policyOf: () => ({}),
    ownPolicyOf: () => ({}),
    callGraph: { edges: [], unbatched: [] },
    placeOf: () => undefined,
  };
}

/** A subgraph's own executable schema: federation's directives out, `_entities` in. */
function buildSubgraphSchema(sdl: string): GraphQLSchema {
  const entities = new Set<string>();
  const addEntity = ({ name, directives }: ObjectTypeDefinitionNode | ObjectTypeExtensionNode) => {
    if (directives?.some((directive) => directive.name.value === 'key')) entities.add(name.value);
  };
  const written = parse(sdl);
  visit(written, { ObjectTypeDefinition: addEntity, ObjectTypeExtension: addEntity });
  const { definitions } = visit(written, {
    Directive: () => null,
    SchemaExtension: () => null,
    ObjectTypeExtension: { leave: (node) => ({ ...node, kind: Kind.OBJECT_TYPE_DEFINITION }) },
  });
  const hasQuery = definitions.some((definition) => 'name' in definition && definition.name?.value === 'Query');
  const federation =
    entities.size === 0
      ? ''
      : `scalar _Any  union _Entity = ${[...entities].join(' | ')}  extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`;
  return buildASTSchema(
    parse(
      `${print({ kind: Kind.DOCUMENT, definitions })} ${hasQuery ? '' : 'type Query { _nothing: Boolean }'} ${federation}`,
    ),
    { assumeValidSDL: true },
  );
}
