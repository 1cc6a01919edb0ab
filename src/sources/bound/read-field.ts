import type { Expression } from '../../model/expression.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { unusableAnswer } from '../unusable-answer.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Reads one field out of a service's object; undefined if the object says nothing of it (null is a value). */
export type ReadField = (from: Fields) => unknown;

/** By its name, or as `@map` and `@source(naming:)` say. */
export function compileRead(subgraph: SubgraphSchema, coordinate: string): ReadField {
  const map = subgraph.maps.get(coordinate);
  if (map === undefined) return readOwn(coordinate.slice(coordinate.indexOf('.') + 1));
  const path = toPath(map.text);
  if (path !== undefined) return readPath(path);
  return isReference(map) ? (from) => toReference(evaluate(map, from)) : (from) => evaluate(map, from) ?? undefined;
}

/** An expression over an answer. Throws UPSTREAM_BAD_RESPONSE where the answer has not the types it takes. */
export function evaluate(expression: Expression, answer: unknown): unknown {
  try {
    return expression.evaluate(answer);
  } catch (error) {
    throw unusableAnswer(`${expression.text}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Answers are plain objects: only names that Object's prototype has need a look at whose they are. */
function readOwn(name: string): ReadField {
  return name in Object.prototype
    ? (from) => (Object.hasOwn(from, name) ? from[name] : undefined)
    : (from) => from[name];
}

function readPath(path: readonly string[]): ReadField {
  const readers = path.map(readOwn);
  return (from) => {
    let current: unknown = from;
    for (const read of readers) {
      if (!isFields(current)) return current === null ? null : undefined;
      current = read(current);
    }
    return current;
  };
}

/** The names of an expression that is a mere path (`a.b`, `"a-b".c`): only of such can "absent" be told from null. */
function toPath(text: string): readonly string[] | undefined {
  if (!/^(?:[A-Za-z_]\w*|"[^"\\]+")(?:\.(?:[A-Za-z_]\w*|"[^"\\]+"))*$/.test(text.trim())) return undefined;
  return [...text.matchAll(/"([^"]+)"|(\w+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

function isReference({ text }: Expression): boolean {
  return text.trimStart().startsWith('{');
}

/** `{ id: maker_id }` of an object without a maker refers to nothing. */
function toReference(value: unknown): unknown {
  if (!isFields(value)) return value;
  for (const name in value) if (value[name] !== null) return value;
  return null;
}
