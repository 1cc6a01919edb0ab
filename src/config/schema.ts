import { z } from 'zod';
import { aws } from './aws.ts';
import { limits } from './limits.ts';
import { byteSize, duration } from './quantities.ts';
import { serviceTls } from './service-tls.ts';
import { connectionCount, webSocket } from './web-socket.ts';
import { workers } from './workers.ts';

const text = z.string().min(1, 'text that is not empty');
const textList = z
  .union([text, z.array(text).nonempty('at least one text')], { error: 'one text or a list of texts' })
  .transform((value) => (Array.isArray(value) ? value : [value]));
const pathList = z
  .union([text, z.array(text).nonempty('at least one path')], { error: 'a path or a list of paths' })
  .transform((value) => (Array.isArray(value) ? value : [value]));

const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'a name of letters, digits, "_" and "-" that begins with a letter');

const stitchedService = z.strictObject({
  url: text.describe('the GraphQL endpoint of the service'),
  schema: text.optional().describe('its SDL file; without it the service is introspected at start'),
});

const reflection = z
  .union([z.literal(true), text], { error: 'true, or the file where the last answer is kept' })
  .optional()
  .describe('the gRPC service is asked what it offers; with a file, the last answer is kept there');

const subgraph = z.strictObject({
  schema: pathList.describe('SDL file, or a list of files'),
  url: text
    .optional()
    .describe(
      'where the service is: http(s)://, grpc(s)://, nats://, amqp(s)://, mqtt(s)://, redis(s)://, kafka(s)://, memory: or lambda://REGION',
    ),
  proto: pathList.optional().describe('.proto file or descriptor set of a gRPC service, or a list of files'),
  reflection,
  tls: serviceTls.optional().describe('how a service at a grpcs: URL is spoken to'),
  sources: z
    .record(
      name,
      z.strictObject({
        url: text.describe('where this service is'),
        reflection,
        tls: serviceTls.optional().describe('how it is spoken to at a grpcs: URL'),
      }),
    )
    .optional()
    .describe('further services of this subgraph, by their @source name'),
  stitch: z
    .record(name, stitchedService)
    .optional()
    .describe('plain GraphQL services stitched into this subgraph, by name'),
  resolvers: text.optional().describe('module of hand-written resolvers'),
  aws: aws.optional().describe('how AWS is spoken to, for functions at lambda://'),
});

/** Longer texts Node cannot hold. */
const MAX_ANSWER_BYTES = 500_000_000;

const callTraffic = z.strictObject({
  timeout: duration.optional().describe('how long one call may take, with all its attempts'),
  answerBytes: byteSize
    .refine((bytes) => bytes <= MAX_ANSWER_BYTES, 'a size of at most 500mb')
    .optional()
    .describe('largest answer that is read, inflated: of an HTTP service, or of a gRPC call with all its messages'),
  retry: z
    .strictObject({
      attempts: z
        .number()
        .int()
        .min(0, 'a number from 0 to 10')
        .max(10, 'a number from 0 to 10')
        .optional()
        .describe('further attempts after the first; 0: none'),
      backoff: duration.optional().describe('upper bound of the first wait; doubles with each attempt'),
      maxBackoff: duration.optional().describe('upper bound of any wait'),
    })
    .optional()
    .describe('further attempts after a failure that a retry may mend; queries only'),
  subscriptions: z
    .strictObject({
      protocol: z
        .enum(['sse', 'ws'])
        .optional()
        .describe('of GraphQL services: server-sent events, the default, or WebSockets'),
      path: z
        .string()
        .regex(/^\/(?!\/)\S*$/, 'a path that begins with "/", like /subscriptions')
        .optional()
        .describe("where the WebSocket is, if not at the path of the service's url"),
      reopen: z
        .union([z.literal(false), duration], { error: 'a duration like 60s, or false' })
        .optional()
        .describe('how long a stream that breaks is opened again; 60 s if nothing is said, false: not at all'),
      idle: duration.optional().describe('a stream on which nothing has come for so long is taken for broken'),
      share: z
        .boolean()
        .optional()
        .describe('one stream of the service for all clients that subscribe to the same; on unless false'),
    })
    .optional()
    .describe('how the service is subscribed to'),
});

const algorithm = z.enum([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]);

const share = z
  .string()
  .regex(/^(100|\d{1,2})(\.\d+)?%$/)
  .transform((value) => Number.parseFloat(value));

const jwt = z.strictObject({
  issuer: text.describe("the token's `iss`"),
  audience: textList.describe("one of these must be in the token's `aud`"),
  algorithms: z
    .array(algorithm)
    .nonempty('at least one algorithm')
    .default(['RS256', 'ES256', 'EdDSA', 'PS256'])
    .describe('signature algorithms that are accepted'),
  jwks: text.describe('file or URL of the JSON Web Key Set'),
});

const upstream = z.strictObject({
  forward: z.array(text).optional().describe("headers of the client's request to pass on"),
  claims: z.record(text, text).optional().describe("headers made from the token's claims: header → claim"),
});

const graph = z.strictObject({
  subgraphs: z
    .record(name, subgraph)
    .optional()
    .describe('subgraphs by name; beside a registry they seed its empty store'),
  supergraph: text.optional().describe('file of a supergraph composed elsewhere'),
  overrides: z
    .record(text, z.union([z.boolean(), share], { error: 'true, false or a share of requests like 25%' }))
    .optional()
    .describe('which labels of `@override(label:)` are followed: true, false, or a share of requests like 25%'),
  registry: z
    .strictObject({
      store: text.describe('sqlite:./file.db, or sqlite::memory:'),
      token: z
        .string()
        .min(16, 'a token of at least 16 characters')
        .describe('what `publish`, `check` and `history` must present'),
    })
    .optional()
    .describe('the registry carried by this gateway, under /registry/v1'),
});

const listen = z.strictObject({
  host: text.default('127.0.0.1').describe('address to listen on'),
  port: z
    .number()
    .int()
    .min(0, 'a port from 0 to 65535')
    .max(65_535, 'a port from 0 to 65535')
    .default(4000)
    .describe('port to listen on; 0: any free one'),
  path: z
    .string()
    .regex(/^\/[\w\-./]*$/, 'a path that begins with "/", like /graphql')
    .default('/graphql')
    .describe('where GraphQL is served'),
  streams: connectionCount.default(10_000).describe('event streams and multipart streams that may be open at once'),
  unreadBytes: byteSize.default(256_000_000).describe('what of answers may wait for clients who do not read them'),
  webSocket: webSocket.prefault({}).describe('clients that speak over WebSockets'),
});

/** The whole of `selvedge.yaml`. Settings that are not built yet do not exist here, so they are refused as unknown. */
export const configSchema = z.strictObject({
  mode: z
    .enum(['production', 'development'])
    .default('production')
    .describe('development: GraphiQL, introspection, suggestions and unmasked errors are on'),
  graphiql: z.boolean().optional().describe('GraphiQL in browsers; the mode decides when absent'),
  introspection: z.boolean().optional().describe('introspection; the mode decides when absent'),
  listen: listen.prefault({}).describe('where clients reach the gateway'),
  workers,
  graph: graph.describe('what is served: subgraphs, a supergraph or a registry'),
  traffic: z
    .strictObject({
      deadline: duration.default(30_000).describe('of the whole client request'),
      entityStore: z
        .boolean()
        .optional()
        .describe('whether what a service has said of an entity is used for the whole operation; on unless false'),
      deduplicate: z
        .boolean()
        .optional()
        .describe('whether equal queries of equal callers that are in flight at once are run once; off unless true'),
      all: callTraffic.optional().describe('for calls to every subgraph'),
      subgraphs: z.record(name, callTraffic).optional().describe('for calls to one subgraph, by name'),
    })
    .prefault({})
    .describe('how services are called'),
  auth: z
    .strictObject({
      jwt: z.array(jwt).optional().describe('issuers whose tokens are accepted'),
      upstream: z
        .record(name, upstream)
        .optional()
        .describe('what of the caller a subgraph is told; nothing unless named here'),
    })
    .prefault({})
    .describe('who callers are, and what services are told of them'),
  limits: limits.prefault({}).describe('what a request may cost'),
});

/** The config as written (before defaults): what `selvedge.config.ts` exports. */
export type ConfigInput = z.input<typeof configSchema>;

/** The config, complete and typed. Durations are milliseconds, sizes bytes; paths are absolute once loaded. */
export type Config = z.output<typeof configSchema>;

/** The JSON Schema of `selvedge.yaml`, for editors. */
export function configJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(configSchema, { io: 'input' });
  return { $schema, title: 'selvedge.yaml', description: 'The config of a Selvedge gateway.', ...rest };
}
