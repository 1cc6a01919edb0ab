/** What a JSON Schema allows of a value, as it says it. */
export type SchemaLimits = Readonly<Partial<Record<NumberLimit, number>>> & { readonly pattern?: string };

type NumberLimit = (typeof numberLimits)[number];

const numberLimits = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
] as const;

/** The limits among a schema's keywords. OpenAPI 3.0 has `exclusiveMinimum: true` beside a `minimum`. */
export function readLimits(own: Readonly<Record<string, unknown>>): SchemaLimits {
  const { pattern } = own;
  const limits: Partial<Record<NumberLimit, number>> = {};
  for (const name of numberLimits) {
    const value = own[name];
    if (typeof value === 'number') limits[name] = value;
  }
  for (const [exclusive, inclusive] of exclusives) {
    const limit = limits[inclusive];
    if (own[exclusive] !== true || limit === undefined) continue;
    limits[exclusive] = limit;
    delete limits[inclusive];
  }
  return typeof pattern === 'string' ? { ...limits, pattern } : limits;
}

const exclusives = [
  ['exclusiveMinimum', 'minimum'],
  ['exclusiveMaximum', 'maximum'],
] as const;
