import type protobuf from 'protobufjs';

type Plain = Readonly<Record<string, unknown>>;

const MAX_SECONDS = 253_402_300_799;
const MIN_SECONDS = -62_135_596_800;
const MAX_DURATION_SECONDS = 315_576_000_000;

const valueOf = ({ value }: Plain): unknown => value;

/** How Google's own types look in JSON (protobuf.dev/programming-guides/json), made of their plain fields. Any is not among them. */
const toJson: Readonly<Record<string, (plain: Plain) => unknown>> = {
  Timestamp: toTimestamp,
  Duration: toDuration,
  FieldMask: ({ paths }) => (paths as readonly string[]).map(toCamelPath).join(','),
  Struct: ({ fields }) => fields,
  ListValue: ({ values }) => values,
  Value: (plain) => Object.values(plain).find((value) => value !== null) ?? null,
  DoubleValue: valueOf,
  FloatValue: valueOf,
  Int64Value: valueOf,
  UInt64Value: valueOf,
  Int32Value: valueOf,
  UInt32Value: valueOf,
  BoolValue: valueOf,
  StringValue: valueOf,
  BytesValue: valueOf,
};

/** What a well-known message is in JSON; undefined for any other message, which is an object of its fields. */
export function findJsonForm(type: protobuf.Type): ((plain: Plain) => unknown) | undefined {
  const name = googleName(type);
  return name !== undefined && Object.hasOwn(toJson, name) ? toJson[name] : undefined;
}

/** `Timestamp` for `google.protobuf.Timestamp`; undefined for what is not Google's. */
export function googleName({ fullName }: protobuf.Type): string | undefined {
  return /^\.google\.protobuf\.(\w+)$/.exec(fullName)?.[1];
}

function toTimestamp(plain: Plain): string {
  const { seconds, nanos } = readTime(plain);
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS || nanos < 0 || nanos > 999_999_999)
    throw new RangeError('google.protobuf.Timestamp is out of range');
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${toFraction(nanos)}Z`;
}

function toDuration(plain: Plain): string {
  const { seconds, nanos } = readTime(plain);
  const isOutOfRange = Math.abs(seconds) > MAX_DURATION_SECONDS || Math.abs(nanos) > 999_999_999;
  if (isOutOfRange || seconds * nanos < 0) throw new RangeError('google.protobuf.Duration is out of range');
  return `${seconds < 0 || nanos < 0 ? '-' : ''}${Math.abs(seconds)}${toFraction(Math.abs(nanos))}s`;
}

function readTime({ seconds, nanos }: Plain): { readonly seconds: number; readonly nanos: number } {
  return { seconds: Number(seconds), nanos: Number(nanos) };
}

/** Three, six or nine digits; none for zero. */
function toFraction(nanos: number): string {
  return nanos === 0
    ? ''
    : `.${String(nanos)
        .padStart(9, '0')
        .replace(/(?:000){1,2}$/, '')}`;
}

function toCamelPath(path: string): string {
  return path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
