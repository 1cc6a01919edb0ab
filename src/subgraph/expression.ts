import type { Expression } from '../model/expression.ts';
import { compileCall } from './expression-call.ts';
import { type ExpressionNode, parseExpression, type SliceRange } from './expression-node.ts';
import { compareValues, type Evaluate, isFalseLike, isObject, readOwn } from './expression-value.ts';

/** An expression with the tree it was compiled from, for the checks that follow its names. */
export type CompiledExpression = { readonly expression: Expression; readonly node: ExpressionNode };

/**
 * Compiles JMESPath to closures; paths and objects of paths become property reads, of own properties only.
 * Throws an Error that says what is wrong with the text.
 */
export function compileExpression(text: string): CompiledExpression {
  const node = parseExpression(text);
  const evaluate = compileNode(node);
  return { node, expression: { text, evaluate: (input) => evaluate(input ?? null) } };
}

/** The expression that reads one property of an answer. */
export function propertyExpression(name: string): Expression {
  return { text: JSON.stringify(name), evaluate: (input) => readOwn(input, name) };
}

function compileNode(node: ExpressionNode): Evaluate {
  switch (node.kind) {
    case 'current':
      return (value) => value;
    case 'literal':
      return () => node.value;
    case 'field':
    case 'chain':
      return compileChain(node);
    case 'index':
    case 'slice':
    case 'flatten':
    case 'project':
    case 'values':
    case 'filter':
      return compileListNode(node);
    case 'compare':
    case 'or':
    case 'and':
    case 'not':
      return compileLogicNode(node);
    case 'items': {
      const items = node.items.map(compileNode);
      return (value) => (value === null ? null : items.map((item) => item(value)));
    }
    case 'object':
      return compileObject(node.entries);
    case 'call':
      return compileCall(node, compileNode);
    case 'reference':
      throw new Error('"&" stands only before an argument of a function that takes an expression');
  }
}

/** `a.b.c` becomes one loop over names; any other chain a composition. */
function compileChain(node: Extract<ExpressionNode, { kind: 'field' | 'chain' }>): Evaluate {
  const path = toPath(node);
  if (path === undefined && node.kind === 'chain') {
    const left = compileNode(node.left);
    const right = compileNode(node.right);
    return (value) => right(left(value));
  }
  const [only = '', ...others] = path ?? [];
  if (others.length === 0) return (value) => readOwn(value, only);
  const names = [only, ...others];
  return (value) => {
    let current = value;
    for (const name of names) current = readOwn(current, name);
    return current;
  };
}

function toPath(node: ExpressionNode): readonly string[] | undefined {
  if (node.kind === 'field') return [node.name];
  if (node.kind !== 'chain') return undefined;
  const left = toPath(node.left);
  const right = toPath(node.right);
  return left === undefined || right === undefined ? undefined : [...left, ...right];
}

function compileObject(entries: readonly (readonly [string, ExpressionNode])[]): Evaluate {
  const compiled = entries.map(([name, node]) => [name, compileNode(node)] as const);
  return (value) => {
    if (value === null) return null;
    const object: Record<string, unknown> = {};
    for (const [name, evaluate] of compiled) object[name] = evaluate(value);
    return object;
  };
}

type ListNode = Extract<ExpressionNode, { kind: 'index' | 'slice' | 'flatten' | 'project' | 'values' | 'filter' }>;

function compileListNode(node: ListNode): Evaluate {
  switch (node.kind) {
    case 'index':
      return onList(compileNode(node.list), (list) => list.at(node.index) ?? null);
    case 'slice':
      return onList(compileNode(node.list), (list) => slice(list, node.range));
    case 'flatten':
      return onList(compileNode(node.list), (list) => list.flat());
    case 'project': {
      const each = compileNode(node.each);
      return onList(compileNode(node.list), (list) => list.map(each).filter(isPresent));
    }
    case 'values': {
      const object = compileNode(node.object);
      const each = compileNode(node.each);
      return (value) => {
        const of = object(value);
        return isObject(of) ? Object.values(of).map(each).filter(isPresent) : null;
      };
    }
    case 'filter': {
      const condition = compileNode(node.condition);
      const each = compileNode(node.each);
      return onList(compileNode(node.list), (list) =>
        list
          .filter((item) => !isFalseLike(condition(item)))
          .map(each)
          .filter(isPresent),
      );
    }
  }
}

function onList(read: Evaluate, then: (list: readonly unknown[]) => unknown): Evaluate {
  return (value) => {
    const list = read(value);
    return Array.isArray(list) ? then(list) : null;
  };
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** Python's slices, which the JMESPath specification takes over. */
function slice(list: readonly unknown[], { start, stop, step }: SliceRange): readonly unknown[] {
  const lowest = step < 0 ? -1 : 0;
  const highest = step < 0 ? list.length - 1 : list.length;
  const bound = (index: number) => Math.min(Math.max(index < 0 ? index + list.length : index, lowest), highest);
  const from = start === null ? (step < 0 ? highest : lowest) : bound(start);
  const to = stop === null ? (step < 0 ? lowest : highest) : bound(stop);
  const items: unknown[] = [];
  for (let index = from; step < 0 ? index > to : index < to; index += step) items.push(list[index]);
  return items;
}

function compileLogicNode(node: Extract<ExpressionNode, { kind: 'compare' | 'or' | 'and' | 'not' }>): Evaluate {
  if (node.kind === 'not') {
    const of = compileNode(node.of);
    return (value) => isFalseLike(of(value));
  }
  const left = compileNode(node.left);
  const right = compileNode(node.right);
  if (node.kind === 'compare') {
    const compare = compareValues(node.operator);
    return (value) => compare(left(value), right(value));
  }
  const endsOnFalse = node.kind === 'and';
  return (value) => {
    const first = left(value);
    return isFalseLike(first) === endsOnFalse ? first : right(value);
  };
}
