import jmespath from 'jmespath';
import type { ExpressionNode } from './expression-node.ts';
import { type Evaluate, isObject } from './expression-value.ts';

type CallNode = Extract<ExpressionNode, { kind: 'call' }>;
type Compile = (node: ExpressionNode) => Evaluate;

const takesReference: ReadonlySet<string> = new Set(['map', 'sort_by', 'max_by', 'min_by']);

/**
 * A function call. The library runs the function, on arguments that we have evaluated: its own reading of fields
 * would reach prototypes. Throws an Error for a function that does not exist or takes other arguments.
 */
export function compileCall(node: CallNode, compile: Compile): Evaluate {
  if (takesReference.has(node.name)) return compileByExpression(node, compile);
  const args = node.args.map(compile);
  const call = libraryCall(
    node.name,
    args.map((_, index) => `a${index}`),
  );
  return (value) => call(Object.fromEntries(args.map((arg, index) => [`a${index}`, arg(value)])));
}

/** The functions with an expression among their arguments: it is evaluated by us, and the library gets its values. */
function compileByExpression({ name, args }: CallNode, compile: Compile): Evaluate {
  const reference = args.find((arg) => arg.kind === 'reference');
  const subject = args.find((arg) => arg.kind !== 'reference');
  if (args.length !== 2 || reference === undefined || subject === undefined) {
    throw new Error(`${name}() takes a list and an expression that begins with "&"`);
  }
  const each = compile(reference.of);
  const list = compile(subject);
  if (name === 'map') {
    const check = libraryCall('map', ['&@', 'a0']);
    return (value) => {
      const items = list(value);
      check({ a0: items });
      return Array.isArray(items) ? items.map(each) : null;
    };
  }
  const call = libraryCall(name, ['a0', '&key']);
  return (value) => {
    const items = list(value);
    const keyed = Array.isArray(items) ? items.map((item: unknown) => ({ key: each(item), item })) : items;
    const chosen = call({ a0: keyed });
    return Array.isArray(chosen) ? chosen.map(itemOf) : itemOf(chosen);
  };
}

function itemOf(keyed: unknown): unknown {
  return isObject(keyed) ? keyed['item'] : null;
}

function libraryCall(name: string, args: readonly string[]): (holder: Readonly<Record<string, unknown>>) => unknown {
  const text = `${name}(${args.join(', ')})`;
  assertCallable(text);
  return (holder) => jmespath.search(holder, text) as unknown;
}

/** The library tells of an unknown function or a wrong number of arguments only when it is called. */
function assertCallable(text: string): void {
  try {
    jmespath.search({}, text);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (/^(Unknown function|ArgumentError|ParserError|LexerError)/.test(message)) throw error;
  }
}
