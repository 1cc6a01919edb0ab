import { z } from 'zod';

const time = z.iso.time();
const dateTime = z.iso.datetime({ offset: true });
const isTime = (text: string): boolean => time.safeParse(text).success;
const isDateTime = (text: string): boolean => dateTime.safeParse(text).success;

const schemas: Readonly<Record<string, z.ZodType>> = {
  email: z.email(),
  uuid: z.guid(),
  uri: z.url(),
  hostname: z.hostname(),
  ipv4: z.ipv4(),
  ipv6: z.ipv6(),
  date: z.iso.date(),
  // RFC 3339's full-time has an offset, a time of day has none.
  time: z.string().refine((text) => isTime(text) || isDateTime(`2000-01-01T${text}`)),
  'date-time': dateTime,
  duration: z.iso.duration(),
  byte: z.base64(),
  phone: z.e164(),
};

/** The forms that `@constraint(format:)` knows, by the names JSON Schema and OpenAPI have for them. */
export const CONSTRAINT_FORMATS: readonly string[] = Object.keys(schemas);

/** Whether a text has the form; undefined for a form that is not known. */
export function compileFormat(name: string): ((text: string) => boolean) | undefined {
  const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  return schema && ((text) => schema.safeParse(text).success);
}
