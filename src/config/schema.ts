import { z } from 'zod';

/** `250ms`, `10s`, `2m`, `1h`, or a bare number of milliseconds → milliseconds. */
const duration = z
  .union([z.number().int().nonnegative(), z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'is a duration: 250ms, 10s, 2m, 1h')])
  .transform((value) => (typeof value === 'number' ? value : parseDuration(value)));

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

function parseDuration(text: string): number {
  const unit = /[a-z]+$/.exec(text)?.[0] as keyof typeof units;
  return Number.parseFloat(text) * units[unit];
}

const pathList = z.union([z.string(), z.array(z.string()).nonempty()]).transform((value) => (Array.isArray(value) ? value : [value]));

const subgraph = z.strictObject({
  schema: pathList.describe('SDL file, or list of files'),
  url: z.string().optional().describe('where the service is: http(s)://, grpc(s)://, nats://, amqp://, mqtt://, redis://, memory:'),
  proto: pathList.optional().describe('.proto files of a gRPC service'),
  sources: z.record(z.string(), z.strictObject({ url: z.string() })).optional().describe('further services of this subgraph, by @source name'),
  stitch: z
    .record(z.string(), z.strictObject({ url: z.string(), schema: z.string().optional() }))
    .optional()
    .describe('plain GraphQL services stitched into this subgraph; without `schema` the service is introspected at start'),
  resolvers: z.string().optional().describe('module of hand-written resolvers'),
});

const callTraffic = z.strictObject({
  timeout: duration.optional(),
  retry: z.strictObject({ attempts: z.number().int().min(0).max(10).optional(), backoff: duration.optional(), maxBackoff: duration.optional() }).optional(),
});

const jwt = z.strictObject({
  issuer: z.string(),
  audience: pathList,
  algorithms: z.array(z.string()).nonempty().default(['RS256', 'ES256', 'EdDSA', 'PS256']),
  jwks: z.string().describe('file path or URL of the JSON Web Key Set'),
});

const upstream = z.strictObject({
  forward: z.array(z.string()).optional().describe("headers of the client's request to pass on"),
  claims: z.record(z.string(), z.string()).optional().describe("headers made from the token's claims: header → claim"),
});

/** The whole of `selvedge.yaml`. Settings that are not built yet do not exist here, so they are refused as unknown. */
export const configSchema = z.strictObject({
  mode: z.enum(['production', 'development']).optional(),
  graphiql: z.boolean().optional(),
  introspection: z.boolean().optional(),
  listen: z
    .strictObject({ host: z.string().default('127.0.0.1'), port: z.number().int().min(0).max(65_535).default(4000), path: z.string().startsWith('/').default('/graphql') })
    .prefault({}),
  graph: z.strictObject({
    subgraphs: z.record(z.string(), subgraph).optional(),
    supergraph: z.string().optional(),
    registry: z.strictObject({ store: z.string(), token: z.string().min(16) }).optional(),
  }),
  traffic: z
    .strictObject({ deadline: duration.default(30_000), all: callTraffic.optional(), subgraphs: z.record(z.string(), callTraffic).optional() })
    .prefault({}),
  auth: z.strictObject({ jwt: z.array(jwt).optional(), upstream: z.record(z.string(), upstream).optional() }).prefault({}),
  limits: z.strictObject({ bodyBytes: z.number().int().positive().default(2_000_000) }).prefault({}),
});

/** The config as written (before defaults): what `selvedge.config.ts` exports. */
export type ConfigInput = z.input<typeof configSchema>;

/** The config, complete and typed. Durations are milliseconds; paths are absolute once loaded. */
export type Config = z.output<typeof configSchema>;
