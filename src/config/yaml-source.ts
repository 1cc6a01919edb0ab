import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml';
import type { Place, Problem } from '../errors/problem.ts';
import type { ConfigPath, ConfigSource } from './config-source.ts';
import { type Environment, findMalformed, hideReferences, interpolate, showReferences } from './environment.ts';

type Fault = { readonly problem: Problem; readonly path: ConfigPath };

/** Reads YAML text (or JSON) with `${ENV}` replaced in values, and remembers where every node stands. */
export function readYaml(text: string, file: string, env: Environment): ConfigSource {
  const lineCounter = new LineCounter();
  const hidden = hideReferences(text);
  const document = parseDocument(hidden, { lineCounter, prettyErrors: false });
  const at = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const syntax = document.errors.length === 0 ? [] : findSyntaxProblems(document, hidden, at);
  const { nodes, faults } = replaceReferences(document, env, at);
  // Among the syntax problems, malformed references are told already.
  const told = faults.filter(({ problem }) => syntax.length === 0 || problem.code !== 'CONFIG_ENV_MALFORMED');
  const { value, problem } = toValue(document, at);
  return {
    file,
    value,
    placeOf: (path) => at(nodeOffset(document, path)),
    placeOfKey: (path) => at(keyOffset(document, path)),
    isFromEnvironment: (path) => nodes.has(document.getIn(path, true)),
    problems: [...syntax, ...problem, ...told.map((fault) => fault.problem)],
    faulty: [...(syntax.length + problem.length > 0 ? [[]] : []), ...told.map((fault) => fault.path)],
  };
}

/** A reference without its brace makes other YAML of all that follows: then it alone is worth a word. */
function findSyntaxProblems(document: Document, hidden: string, at: (offset: number) => Place): Problem[] {
  const malformed = findMalformed(hidden).map((found) => malformedReference(found.text, [], at(found.offset)));
  if (malformed.length > 0) return malformed;
  return document.errors.map((error) => syntaxProblem(error.message, at(error.pos[0])));
}

function syntaxProblem(message: string, place: Place): Problem {
  return {
    severity: 'error',
    code: 'CONFIG_SYNTAX',
    message: `Not valid YAML: ${showReferences(message)}`,
    places: [place],
  };
}

function toValue(document: Document, at: (offset: number) => Place): { value: unknown; problem: readonly Problem[] } {
  if (document.errors.length > 0) return { value: {}, problem: [] };
  try {
    return { value: withoutNulls(document.toJS() ?? {}), problem: [] };
  } catch (error) {
    return { value: {}, problem: [syntaxProblem(error instanceof Error ? error.message : String(error), at(0))] };
  }
}

/** A key without a value (`auth:` with all its lines commented out) is as good as absent. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, entry]) => entry !== null && entry !== undefined);
  return Object.fromEntries(kept.map(([key, entry]) => [key, withoutNulls(entry)]));
}

function replaceReferences(document: Document, env: Environment, at: (offset: number) => Place) {
  const nodes = new Set<unknown>();
  const faults: Fault[] = [];
  visit(document, {
    Scalar: (key, node, ancestors) => {
      if (typeof node.value !== 'string') return;
      if (key === 'key') {
        node.value = showReferences(node.value);
        return;
      }
      const { text, changed, missing, malformed } = interpolate(node.value, env);
      if (!changed && malformed.length === 0) return;
      node.value = text;
      nodes.add(node);
      const path = pathOf(ancestors, node);
      const place = at(node.range?.[0] ?? 0);
      faults.push(...missing.map((name) => ({ path, problem: missingVariable(name, path, place) })));
      faults.push(...malformed.map((found) => ({ path, problem: malformedReference(found, path, place) })));
    },
  });
  return { nodes, faults };
}

function missingVariable(name: string, path: ConfigPath, place: Place): Problem {
  return {
    severity: 'error',
    code: 'CONFIG_ENV_MISSING',
    message: `The environment variable ${name} is not set.`,
    remedy: `Set it, or give a default: \${${name}:-default}.`,
    coordinate: path.join('.'),
    places: [place],
  };
}

function malformedReference(found: string, path: ConfigPath, place: Place): Problem {
  return {
    severity: 'error',
    code: 'CONFIG_ENV_MALFORMED',
    message: `${found} names no environment variable: expected \${NAME} or \${NAME:-default}.`,
    remedy: 'For the literal text, write $${ instead of ${.',
    ...(path.length === 0 ? {} : { coordinate: path.join('.') }),
    places: [place],
  };
}

function pathOf(ancestors: readonly unknown[], node: Scalar): PropertyKey[] {
  const path: PropertyKey[] = [];
  ancestors.forEach((ancestor, index) => {
    const child = ancestors[index + 1] ?? node;
    if (isPair(ancestor)) path.push(String(isScalar(ancestor.key) ? ancestor.key.value : ancestor.key));
    else if (isSeq(ancestor)) path.push(ancestor.items.indexOf(child));
  });
  return path;
}

/** The offset of a value; of its key where it has no node of its own (an alias); else of the nearest thing around it. */
function nodeOffset(document: Document, path: ConfigPath): number {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isNode(node) && node.range) return node.range[0];
  return path.length === 0 ? 0 : keyOffset(document, path);
}

function keyOffset(document: Document, path: ConfigPath): number {
  const parentPath = path.slice(0, -1);
  const parent: unknown = parentPath.length === 0 ? document.contents : document.getIn(parentPath, true);
  const key = keyNode(parent, path.at(-1));
  if (key?.range) return key.range[0];
  return parentPath.length === 0 ? 0 : keyOffset(document, parentPath);
}

function keyNode(parent: unknown, key: PropertyKey | undefined): Node | undefined {
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
  return isNode(pair?.key) ? pair.key : undefined;
}
