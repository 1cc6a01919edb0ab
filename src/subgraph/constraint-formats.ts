import { z } from 'zod';

const schemas: Readonly<Record<string, z.ZodType>> = {
  email: z.email(),
  uuid: z.guid(),
  uri: z.url(),
  hostname: z.hostname(),
  ipv4: z.ipv4(),
  ipv6: z.ipv6(),
  date: z.iso.date(),
  time: z.iso.time(),
  'date-time': z.iso.datetime({ offset: true }),
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
