/** JavaScript being written. Names that come from documents, schemas or services stand in it as JSON strings only. */
export type GeneratedCode = {
  /** The values that the code uses, by the index in its parameter `use`. */
  readonly uses: unknown[];
};

/** How the code names a value from outside. */
export function use(code: GeneratedCode, value: unknown): string {
  const known = code.uses.indexOf(value);
  return `use[${known === -1 ? code.uses.push(value) - 1 : known}]`;
}

/** Reads an own property: plainly, but for keys that every object inherits. */
export function readProperty(object: string, key: string): string {
  const name = JSON.stringify(key);
  return key in Object.prototype
    ? `(Object.hasOwn(${object}, ${name}) ? ${object}[${name}] : undefined)`
    : `${object}[${name}]`;
}

/** A property of an object literal; `__proto__` is one like any other. */
export function writeProperty(key: string, value: string): string {
  return key === '__proto__' ? `['__proto__']: ${value}` : `${JSON.stringify(key)}: ${value}`;
}

/** Whether an expression (a name) holds an object that is no list. */
export function isObjectCode(name: string): string {
  return `typeof ${name} === 'object' && ${name} !== null && !Array.isArray(${name})`;
}

/** The value of the code, an expression. */
export function evaluateCode(code: GeneratedCode, expression: string): unknown {
  // oxlint-disable-next-line typescript/no-implied-eval -- shapes known to V8 are what execution's speed rests on; see `use`
  return new Function('use', `'use strict'; return ${expression};`)(code.uses);
}
