import type { Problem } from '../errors/problem.ts';
import type { ConfigPath, ConfigSource } from './config-source.ts';
import { type Config, configSchema } from './schema.ts';
import { toSchemaProblems, valueAt } from './schema-problems.ts';

/** A config read by its schema. With problems, `config` is what is left without the faulty settings, if that is one. */
export type Settings = {
  readonly config: Config | undefined;
  readonly problems: readonly Problem[];
  readonly faulty: readonly ConfigPath[];
};

/**
 * Reads the config's value by the schema. Where settings are faulty, the others are still read, so that what is wrong
 * between them can be said in the same breath.
 */
export function readSettings(source: ConfigSource): Settings {
  const typed: ConfigSource = { ...source, value: withTypedEnvironment(source) };
  const result = configSchema.safeParse(typed.value);
  if (result.success) return { config: result.data, problems: [], faulty: [] };
  const { issues } = result.error;
  const faulty = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
  );
  const unknown = toSchemaProblems(issues, typed).filter(
    (problem) => !source.faulty.some((path) => path.length === 0 || path.join('.') === problem.coordinate),
  );
  return { config: readRest(typed.value, faulty), problems: unknown, faulty };
}

/** A variable is text, whatever it means: where the schema wants a number or a truth value, it is read as one. */
function withTypedEnvironment(source: ConfigSource): unknown {
  const result = configSchema.safeParse(source.value);
  if (result.success) return source.value;
  const value = structuredClone(source.value);
  for (const issue of result.error.issues) {
    const found = valueAt(value, issue.path);
    if (typeof found !== 'string' || !source.isFromEnvironment(issue.path)) continue;
    const parent = valueAt(value, issue.path.slice(0, -1)) as Record<PropertyKey, unknown>;
    const key = issue.path.at(-1);
    if (key !== undefined) parent[key] = toTyped(found);
  }
  return value;
}

function toTyped(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** What is left without the faulty settings; where something can't be without one of them, without that too. */
function readRest(value: unknown, faulty: readonly ConfigPath[]): Config | undefined {
  const rest = without(value, faulty);
  const result = configSchema.safeParse(rest);
  if (result.success) return result.data;
  const around = result.error.issues.map((issue) => issue.path.slice(0, -1)).filter((path) => path.length > 0);
  return configSchema.safeParse(without(rest, around)).data;
}

function without(value: unknown, paths: readonly ConfigPath[]): unknown {
  const rest = structuredClone(value);
  for (const path of paths) {
    const parent = valueAt(rest, path.slice(0, -1));
    const key = path.at(-1);
    if (key !== undefined && typeof parent === 'object' && parent !== null && !Array.isArray(parent)) {
      delete (parent as Record<PropertyKey, unknown>)[key];
    }
  }
  return rest;
}
