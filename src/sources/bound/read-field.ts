import type { Expression } from '../../model/expression.ts';
import { evaluateCode, type GeneratedCode, readProperty, use, writeProperty } from '../../model/generated-code.ts';
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

/** The same as code: gives the expression that reads the field out of the object which an expression names. */
export function generateRead(
  code: GeneratedCode,
  subgraph: SubgraphSchema,
  coordinate: string,
): (object: string) => string {
  const map = subgraph.maps.get(coordinate);
  const path = map === undefined ? [coordinate.slice(coordinate.indexOf('.') + 1)] : toPath(map.text);
  const [name] = path ?? [];
  if (name !== undefined && path?.length === 1) return (object) => readProperty(object, name);
  const read = use(code, generateReference(map?.text ?? '') ?? compileRead(subgraph, coordinate));
  return (object) => `${read}(${object})`;
}

const REFERENCE = /^\s*\{\s*[A-Za-z_]\w*\s*:\s*[A-Za-z_]\w*\s*(?:,\s*[A-Za-z_]\w*\s*:\s*[A-Za-z_]\w*\s*)*\}\s*$/;

/** A reference of plain names (`{ id: maker_id }`), as most are. */
function generateReference(text: string): ReadField | undefined {
  if (!REFERENCE.test(text)) return undefined;
  const entries = [...text.matchAll(/(\w+)\s*:\s*(\w+)/g)].map(([, key = '', name = ''], index) => ({
    key,
    value: `v${index}`,
    read: `const v${index} = ${readProperty('from', name)} ?? null;`,
  }));
  const isNothing = entries.map(({ value }) => `${value} === null`).join(' && ');
  const object = entries.map(({ key, value }) => writeProperty(key, value)).join(', ');
  const code = `(from) => {\n${entries.map(({ read }) => read).join('\n')}\nreturn ${isNothing} ? null : { ${object} };\n}`;
  return evaluateCode({ uses: [] }, code) as ReadField;
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
