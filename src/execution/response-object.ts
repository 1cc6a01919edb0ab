/** An object of a service's answer, or of the response. Its keys are not to be trusted: `__proto__` may be one. */
export type ResponseObject = Record<string, unknown>;

export function isResponseObject(value: unknown): value is ResponseObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isInherited = (key: string) => key in Object.prototype;

/** Reads own properties only; a plain property read where the key cannot be an inherited one. */
export function compileRead(key: string): (object: ResponseObject) => unknown {
  if (isInherited(key)) return (object) => (Object.hasOwn(object, key) ? object[key] : undefined);
  return (object) => object[key];
}

/** Reads an own property whose key is known only now. */
export function readOwn(object: ResponseObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Writes an own property; never reaches a prototype. */
export function writeOwn(object: ResponseObject, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** The object's type as its service named it. */
export function typenameOf(object: ResponseObject): string | undefined {
  const { __typename: name } = object;
  return typeof name === 'string' ? name : undefined;
}
