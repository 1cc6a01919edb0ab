import { evaluateCode, type GeneratedCode, readProperty, use } from '../model/generated-code.ts';
import { copyValue } from './merge.ts';
import type { ResponseObject } from './response-object.ts';

/** A key of a service's answer, and the key under which its value is merged. */
export type AssignedKey = { readonly from: string; readonly to: string };

/**
 * Merges an answer into an object, as `Merge` does with objects of one type; false, with the rest left out, where values
 * are to be merged further down. With `isCopied`, nothing is shared with the answer.
 */
export type Assign = (target: ResponseObject, source: ResponseObject, isCopied: boolean) => boolean;

/** undefined for keys that every object inherits. */
export function compileAssign(keys: readonly AssignedKey[]): Assign | undefined {
  if (keys.some(({ from, to }) => from in Object.prototype || to in Object.prototype)) return undefined;
  const code: GeneratedCode = { uses: [] };
  const copy = use(code, copyValue);
  const lines = keys.map(({ from, to }) => {
    const target = readProperty('target', to);
    return `value = ${readProperty('source', from)};
if (value !== undefined) {
const known = ${target};
if (known === undefined || known === null) ${target} = isCopied && typeof value === 'object' ? ${copy}(value) : value;
else if (value !== null) {
if (typeof known === 'object' && typeof value === 'object') return false;
${target} = isCopied && typeof value === 'object' ? ${copy}(value) : value;
}
}`;
  });
  const body = `let value;\n${lines.join('\n')}\nreturn true;`;
  return evaluateCode(code, `(target, source, isCopied) => {\n${body}\n}`) as Assign;
}
