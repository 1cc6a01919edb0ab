import type { z } from 'zod';
import type { Problem } from '../errors/problem.ts';
import { closestWord } from './closest-word.ts';
import type { ConfigPath, ConfigSource } from './config-source.ts';
import { configJsonSchema } from './schema.ts';

type Issue = z.core.$ZodIssue;

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
};

/** One problem for each thing the schema finds wrong, where it stands in the config. */
export function toSchemaProblems(issues: readonly Issue[], source: ConfigSource): Problem[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownKey([...issue.path, key], source))
      : [invalidValue(issue, source)],
  );
}

/** The value at a path of the config as written; undefined where there is none. */
export function valueAt(value: unknown, path: ConfigPath): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}

function unknownKey(path: ConfigPath, source: ConfigSource): Problem {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const known = knownKeys(parent);
  const meant = closestWord(key, known);
  return {
    severity: 'error',
    code: 'CONFIG_UNKNOWN_KEY',
    message: `"${key}" is not a setting${parent.length === 0 ? '' : ` of ${parent.join('.')}`}.`,
    remedy: meant === undefined ? `Settings here: ${known.join(', ')}.` : `Did you mean "${meant}"?`,
    coordinate: path.join('.'),
    places: [source.placeOfKey(path)],
  };
}

function invalidValue(issue: Issue, source: ConfigSource): Problem {
  const { path } = issue;
  const found = valueAt(source.value, path);
  const coordinate = path.join('.');
  if (found === undefined && path.length > 0) return missingKey(issue, source);
  const shown = showFound(issue, found, source);
  const remedy = issue.code === 'invalid_value' && typeof found === 'string' ? suggest(found, issue.values) : undefined;
  return {
    severity: 'error',
    code: 'CONFIG_INVALID_VALUE',
    message: `${coordinate === '' ? 'The config' : coordinate}: expected ${expectation(issue)}, found ${shown}.`,
    ...(remedy === undefined ? {} : { remedy }),
    coordinate,
    places: [issue.code === 'invalid_key' ? source.placeOfKey(path) : source.placeOf(path)],
  };
}

/** No more than its type, where it may be a secret. */
function showFound({ code, path }: Issue, found: unknown, source: ConfigSource): string {
  if (code === 'invalid_key') return JSON.stringify(path.at(-1));
  return code === 'invalid_value' && !source.isFromEnvironment(path) ? JSON.stringify(found) : typeOf(found, code);
}

function missingKey(issue: Issue, source: ConfigSource): Problem {
  const parent = issue.path.slice(0, -1);
  return {
    severity: 'error',
    code: 'CONFIG_MISSING_KEY',
    message: `"${String(issue.path.at(-1))}" is missing${parent.length === 0 ? '' : ` in ${parent.join('.')}`}: expected ${expectation(issue)}.`,
    coordinate: issue.path.join('.'),
    places: [source.placeOfKey(issue.path)],
  };
}

/** What a setting should have been. The schema's own messages (of bounds, patterns, unions) are worded for this place. */
function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return EXPECTED[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  return issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
}

function suggest(found: string, values: readonly unknown[]): string | undefined {
  const algorithm = values.includes('RS256') && /^(?:HS\d+|none)$/i.test(found);
  if (algorithm)
    return 'Tokens signed with a shared secret, or not at all, are refused: whoever can check such a token can also make one.';
  const meant = closestWord(found, values.map(String));
  return meant === undefined ? undefined : `Did you mean "${meant}"?`;
}

function typeOf(value: unknown, code: Issue['code']): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return textOf(value, code);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
}

function textOf(value: string, code: Issue['code']): string {
  if (value === '') return 'empty text';
  if (code === 'too_small') return 'a shorter text';
  return code === 'invalid_type' ? 'text' : 'a text that is none';
}

type JsonSchema = {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
};

/** The keys that the schema knows at a path. */
function knownKeys(path: ConfigPath): readonly string[] {
  let schema: JsonSchema = configJsonSchema();
  for (const key of path) {
    const rest = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
    schema = (typeof key === 'number' ? schema.items : (schema.properties?.[String(key)] ?? rest)) ?? {};
  }
  return Object.keys(schema.properties ?? {});
}
