/** The newest version of the Federation specification that the gateway reads and composes. */
export const newestFederation = 'v2.9';

const federation2 = ['v2.0', 'v2.1', 'v2.2', 'v2.3', 'v2.4', 'v2.5', 'v2.6', 'v2.7', 'v2.8', newestFederation] as const;

export type FederationVersion = 'v1' | (typeof federation2)[number];

/** https://specs.apollo.dev/federation/: since when each directive is in the specification. */
const since: Readonly<Record<string, FederationVersion>> = {
  key: 'v1',
  requires: 'v1',
  provides: 'v1',
  external: 'v1',
  extends: 'v1',
  tag: 'v1',
  shareable: 'v2.0',
  inaccessible: 'v2.0',
  override: 'v2.0',
  composeDirective: 'v2.1',
  interfaceObject: 'v2.3',
  authenticated: 'v2.5',
  requiresScopes: 'v2.5',
  policy: 'v2.6',
  context: 'v2.8',
  fromContext: 'v2.8',
  cost: 'v2.9',
  listSize: 'v2.9',
};

export function isFederationVersion(version: string): version is FederationVersion {
  return federation2.some((known) => known === version);
}

/** Every directive that this version has, by the specification's names. */
export function directivesOf(version: FederationVersion): readonly string[] {
  return Object.keys(since).filter((name) => rank(since[name] ?? newestFederation) <= rank(version));
}

/** The version that brought a directive; undefined for what is none of the specification's. */
export function sinceVersion(directive: string): FederationVersion | undefined {
  return Object.hasOwn(since, directive) ? since[directive] : undefined;
}

/** Whether a schema that uses the directive cannot be Federation 1. */
export function isFederation2Only(directive: string): boolean {
  const version = sinceVersion(directive);
  return version !== undefined && version !== 'v1';
}

function rank(version: FederationVersion): number {
  return version === 'v1' ? 0 : Number(version.slice('v2.'.length)) + 1;
}

/** Their definitions, to check how they are used. */
export const federationSdl = /* GraphQL */ `
  scalar federation__FieldSet
  scalar federation__Scope
  scalar federation__Policy
  scalar federation__ContextFieldValue
  directive @key(fields: federation__FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
  directive @requires(fields: federation__FieldSet!) on FIELD_DEFINITION
  directive @provides(fields: federation__FieldSet!) on FIELD_DEFINITION
  directive @external(reason: String) on OBJECT | FIELD_DEFINITION
  directive @extends on OBJECT | INTERFACE
  directive @tag(
    name: String!
  ) repeatable on FIELD_DEFINITION | INTERFACE | OBJECT | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION | SCHEMA
  directive @shareable repeatable on FIELD_DEFINITION | OBJECT
  directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ENUM | ENUM_VALUE | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
  directive @override(from: String!, label: String) on FIELD_DEFINITION
  directive @composeDirective(name: String!) repeatable on SCHEMA
  directive @interfaceObject on OBJECT
  directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  directive @requiresScopes(scopes: [[federation__Scope!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  directive @context(name: String!) repeatable on INTERFACE | OBJECT | UNION
  directive @cost(
    weight: Int!
  ) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(
    assumedSize: Int
    slicingArguments: [String!]
    sizedFields: [String!]
    requireOneSlicingArgument: Boolean = true
  ) on FIELD_DEFINITION
  directive @fromContext(field: federation__ContextFieldValue) on ARGUMENT_DEFINITION
`;

/** Directives of the contract that no part of the gateway acts on yet. They are refused: ignored, they would mislead. */
export const notBuiltYet: ReadonlySet<string> = new Set([
  'policy',
  'idempotent',
  'hedge',
  'circuitBreaker',
  'fallback',
  'rateLimit',
  'cacheControl',
]);
