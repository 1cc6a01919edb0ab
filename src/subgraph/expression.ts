import type { Expression } from '../model/expression.ts';
import { compileCall } from './expression-call.ts';
import { type ExpressionNode, type NodeOf, parseExpression, type SliceRange } from './expression-node.ts';
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

type Compilers = { readonly [Kind in ExpressionNode['kind']]: (node: NodeOf<Kind>) => Evaluate };

const compilers: Compilers = {
  current: () => (value) => value,
  literal:
    ({ value }) =>
    () =>
      value,
  field:
    ({ name }) =>
    (value) =>
      readOwn(value, name),
  chain: compileChain,
  index: ({ list, index }) => onList(list, (items) => items.at(index) ?? null),
  slice: ({ list, range }) => onList(list, (items) => slice(items, range)),
  flatten: ({ list }) => onList(list, (items) => items.flat()),
  project: ({ list, each }) => {
    const evaluate = compileNode(each);
    return onList(list, (items) => items.map(evaluate).filter(isPresent));
  },
  values: ({ object, each }) => {
    const read = compileNode(object);
    const evaluate = compileNode(each);
    return (value) => {
      const of = read(value);
      return isObject(of) ? Object.values(of).map(evaluate).filter(isPresent) : null;
    };
  },
  filter: ({ list, condition, each }) => {
    const test = compileNode(condition);
    const evaluate = compileNode(each);
    const isMeant = (item: unknown) => !isFalseLike(test(item));
    return onList(list, (items) => items.filter(isMeant).map(evaluate).filter(isPresent));
  },
  compare: ({ operator, left, right }) => {
    const compare = compareValues(operator);
    const first = compileNode(left);
    const second = compileNode(right);
    return (value) => compare(first(value), second(value));
  },
  or: ({ left, right }) => compileChoice(left, right, false),
  and: ({ left, right }) => compileChoice(left, right, true),
  not: ({ of }) => {
    const evaluate = compileNode(of);
    return (value) => isFalseLike(evaluate(value));
  },
  items: ({ items }) => {
    const compiled = items.map(compileNode);
    return (value) => (value === null ? null : compiled.map((item) => item(value)));
  },
  object: compileObject,
  call: (node) => compileCall(node, compileNode),
  reference: () => {
    throw new Error('"&" stands only before an argument of a function that takes an expression');
  },
};

function compileNode(node: ExpressionNode): Evaluate {
  // The table has for each kind the function of that kind; TypeScript can't see that the two go together.
  const compile = compilers[node.kind] as (node: ExpressionNode) => Evaluate;
  return compile(node);
}

/** `a.b.c` becomes one loop over names; any other chain a composition. */
function compileChain(node: NodeOf<'chain'>): Evaluate {
  const path = toPath(node);
  if (path === undefined) {
    const left = compileNode(node.left);
    const right = compileNode(node.right);
    return (value) => right(left(value));
  }
  return (value) => {
    let current = value;
    for (const name of path) current = readOwn(current, name);
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

function compileObject({ entries }: NodeOf<'object'>): Evaluate {
  const compiled = entries.map(([name, node]) => [name, compileNode(node)] as const);
  return (value) => {
    if (value === null) return null;
    const object: Record<string, unknown> = {};
    for (const [name, evaluate] of compiled) object[name] = evaluate(value);
    return object;
  };
}

/** `||` and `&&` give one of their sides, not a truth value. */
function compileChoice(left: ExpressionNode, right: ExpressionNode, endsOnFalse: boolean): Evaluate {
  const first = compileNode(left);
  const second = compileNode(right);
  return (value) => {
    const chosen = first(value);
    return isFalseLike(chosen) === endsOnFalse ? chosen : second(value);
  };
}

function onList(node: ExpressionNode, then: (list: readonly unknown[]) => unknown): Evaluate {
  const read = compileNode(node);
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
