import { GatewayError } from '../errors/gateway-error.ts';

/** More than variables may hold (docs/limits.md) and the rest of a request needs. */
const MAX_VALUES = 30_000;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/**
 * Throws BAD_USER_INPUT for a body with more values than a request can use, before it is parsed: 2 MB of ever new names, or
 * of empty objects, would hold the event loop for 70 to 170 ms, and counting takes 3. Short bodies are not looked at.
 */
export function assertFewValues(text: string): void {
  if (text.length <= MAX_VALUES) return;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) at = endOfString(text, at);
    else if (character === COMMA || character === OPEN_BRACE || character === OPEN_BRACKET) values += 1;
    if (values > MAX_VALUES) {
      throw new GatewayError('BAD_USER_INPUT', `The body holds more than ${MAX_VALUES} values.`);
    }
  }
}

/** Where the quote is that ends the string: one with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}
