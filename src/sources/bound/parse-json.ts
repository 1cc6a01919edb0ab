/** So many digits in a row may be an integer that a JavaScript number cannot hold. */
const MANY_DIGITS = /\d{16}/;

/**
 * JSON without a loss: an integer beyond ±2^53, as 64-bit identifiers are, stays the text it was, where a number would
 * silently become another one. Throws SyntaxError.
 */
export function parseJson(text: string): unknown {
  return MANY_DIGITS.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? source : value;
}
