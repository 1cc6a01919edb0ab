import type { ExpressionRoots } from '../model/expression.ts';
import { isObject, readOwn } from './expression-value.ts';

const roots: ReadonlySet<string> = new Set(['args', 'this', 'claims', 'headers']);

/**
 * A template's variable: `args.x`, `this.x`, `claims.x.y`, `headers.x`, or a bare name, which is an argument,
 * else a field of the parent or key. Own properties only; null for what is not there. For `Template.expand`.
 */
export function readVariable(values: ExpressionRoots, variable: string): unknown {
  const [first = '', ...path] = variable.split('.');
  if (path.length > 0 && roots.has(first)) {
    let value: unknown = values[first as 'args' | 'this' | 'claims' | 'headers'];
    for (const name of path) value = readOwn(value, name);
    return value;
  }
  if (isObject(values.args) && Object.hasOwn(values.args, variable)) return readOwn(values.args, variable);
  return readOwn(values.this, variable);
}
