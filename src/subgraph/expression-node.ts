import jmespath from 'jmespath';

/** A JMESPath expression, parsed: the library's syntax tree in terms of ours, complete and typed. */
export type ExpressionNode =
  | { readonly kind: 'current' }
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'chain'; readonly left: ExpressionNode; readonly right: ExpressionNode }
  | { readonly kind: 'index'; readonly list: ExpressionNode; readonly index: number }
  | { readonly kind: 'slice'; readonly list: ExpressionNode; readonly range: SliceRange }
  | { readonly kind: 'flatten'; readonly list: ExpressionNode }
  | { readonly kind: 'project'; readonly list: ExpressionNode; readonly each: ExpressionNode }
  | { readonly kind: 'values'; readonly object: ExpressionNode; readonly each: ExpressionNode }
  | {
      readonly kind: 'filter';
      readonly list: ExpressionNode;
      readonly condition: ExpressionNode;
      readonly each: ExpressionNode;
    }
  | {
      readonly kind: 'compare';
      readonly operator: string;
      readonly left: ExpressionNode;
      readonly right: ExpressionNode;
    }
  | { readonly kind: 'or'; readonly left: ExpressionNode; readonly right: ExpressionNode }
  | { readonly kind: 'and'; readonly left: ExpressionNode; readonly right: ExpressionNode }
  | { readonly kind: 'not'; readonly of: ExpressionNode }
  | { readonly kind: 'items'; readonly items: readonly ExpressionNode[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [name: string, value: ExpressionNode])[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly ExpressionNode[] }
  | { readonly kind: 'reference'; readonly of: ExpressionNode };

export type NodeOf<Kind extends ExpressionNode['kind']> = Extract<ExpressionNode, { readonly kind: Kind }>;

/** The parts of `[start:end:step]`, null where one is left out. */
export type SliceRange = { readonly start: number | null; readonly stop: number | null; readonly step: number };

type LibraryNode = {
  readonly type?: string;
  readonly name?: unknown;
  readonly value?: unknown;
  readonly children?: readonly unknown[];
};

// @types/jmespath knows `search` alone; the grammar is `compile`'s.
const { compile } = jmespath as unknown as { readonly compile: (text: string) => unknown };

/** Parses by the published grammar. Throws an Error that says what is wrong. */
export function parseExpression(text: string): ExpressionNode {
  try {
    return toNode(compile(text));
  } catch (error) {
    if (error instanceof RangeError) throw new Error('it is nested too deeply', { cause: error });
    // The library runs off the end of its tokens where an operator stands alone: a TypeError of its own.
    if (error instanceof TypeError) throw new Error('an operator or a bracket is incomplete', { cause: error });
    throw error;
  }
}

const readers: Readonly<Record<string, (node: LibraryNode) => ExpressionNode>> = {
  Current: () => ({ kind: 'current' }),
  Identity: () => ({ kind: 'current' }),
  Literal: ({ value }) => ({ kind: 'literal', value }),
  Field: ({ name }) => ({ kind: 'field', name: toName(name) }),
  Subexpression: (node) => ({ kind: 'chain', left: child(node, 0), right: child(node, 1) }),
  Pipe: (node) => ({ kind: 'chain', left: child(node, 0), right: child(node, 1) }),
  IndexExpression: (node) => toIndexed(child(node, 0), node.children?.[1]),
  Index: (node) => toIndexed({ kind: 'current' }, node),
  Flatten: (node) => ({ kind: 'flatten', list: child(node, 0) }),
  Projection: (node) => ({ kind: 'project', list: child(node, 0), each: child(node, 1) }),
  ValueProjection: (node) => ({ kind: 'values', object: child(node, 0), each: child(node, 1) }),
  FilterProjection: (node) => ({
    kind: 'filter',
    list: child(node, 0),
    each: child(node, 1),
    condition: child(node, 2),
  }),
  Comparator: (node) => ({ kind: 'compare', operator: toName(node.name), left: child(node, 0), right: child(node, 1) }),
  OrExpression: (node) => ({ kind: 'or', left: child(node, 0), right: child(node, 1) }),
  AndExpression: (node) => ({ kind: 'and', left: child(node, 0), right: child(node, 1) }),
  NotExpression: (node) => ({ kind: 'not', of: child(node, 0) }),
  MultiSelectList: (node) => ({ kind: 'items', items: (node.children ?? []).map(toNode) }),
  MultiSelectHash: (node) => ({ kind: 'object', entries: (node.children ?? []).map(toEntry) }),
  Function: (node) => ({ kind: 'call', name: toName(node.name), args: (node.children ?? []).map(toNode) }),
  ExpressionReference: (node) => ({ kind: 'reference', of: child(node, 0) }),
};

function toNode(node: unknown): ExpressionNode {
  const { type } = isLibraryNode(node) ? node : {};
  const read = type !== undefined && Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (read === undefined || !isLibraryNode(node))
    throw new Error('something is missing after a dot, a bracket or an operator');
  return read(node);
}

function child(node: LibraryNode, index: number): ExpressionNode {
  return toNode(node.children?.[index]);
}

function toIndexed(list: ExpressionNode, selector: unknown): ExpressionNode {
  if (isLibraryNode(selector) && selector.type === 'Index')
    return { kind: 'index', list, index: toInteger(selector.value) };
  if (isLibraryNode(selector) && selector.type === 'Slice')
    return { kind: 'slice', list, range: toRange(selector.children ?? []) };
  throw new Error('an index must be a whole number or a slice');
}

function toRange([start, stop, step]: readonly unknown[]): SliceRange {
  const size = step === null ? 1 : toInteger(step);
  if (size === 0) throw new Error('the step of a slice cannot be 0');
  return { start: start === null ? null : toInteger(start), stop: stop === null ? null : toInteger(stop), step: size };
}

function toEntry(pair: unknown): readonly [string, ExpressionNode] {
  if (!isLibraryNode(pair)) throw new Error('a name is missing in { … }');
  const name = toName(pair.name);
  // Assigned as a property this name would set a prototype.
  if (name === '__proto__') throw new Error('an object cannot have a field called "__proto__"');
  return [name, toNode(pair.value)];
}

function toName(name: unknown): string {
  if (typeof name !== 'string') throw new Error('only a function’s name can stand before parentheses');
  return name;
}

function toInteger(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw new Error('an index must be a whole number or a slice');
  return value;
}

function isLibraryNode(node: unknown): node is LibraryNode {
  return typeof node === 'object' && node !== null;
}
