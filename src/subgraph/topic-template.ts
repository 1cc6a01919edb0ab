import { GatewayError } from '../errors/gateway-error.ts';
import type { Template } from '../model/expression.ts';
import { readVariables, splitTemplate, toText } from './template-text.ts';

/**
 * Compiles a topic: segments parted by dots, with `{argument}` places. `*` (one segment) and `>` (the rest) may stand
 * only where `wildcards` says so. Throws an Error that says what is wrong with the text.
 */
export function compileTopicTemplate(text: string, { wildcards }: { readonly wildcards: boolean }): Template {
  assertTopic(text, wildcards);
  const parts = splitTemplate(text);
  return {
    text,
    variables: readVariables(parts),
    expand: (read) => {
      let topic = '';
      for (const part of parts) topic += part.kind === 'literal' ? part.text : toSegment(part.text, read(part.text));
      return topic;
    },
  };
}

function assertTopic(text: string, wildcards: boolean): void {
  const literals = text.replace(/\{[^{}]*\}/g, 'x');
  if (/[\s/+#]/.test(literals)) {
    throw new Error(
      'a topic holds no white space, "/", "+" or "#": its segments are parted by dots, "*" is one segment, ">" the rest',
    );
  }
  const segments = literals.split('.');
  if (segments.includes('')) throw new Error('a topic’s segments must not be empty');
  const wild = segments.filter((segment) => /[*>]/.test(segment));
  if (wild.length === 0) return;
  if (!wildcards) throw new Error('"*" and ">" stand only in the topic of a subscription');
  if (wild.some((segment) => segment.length > 1)) throw new Error('"*" and ">" each take a whole segment');
  if (segments.slice(0, -1).includes('>')) throw new Error('">" can only be the last segment');
}

function toSegment(variable: string, value: unknown): string {
  const text = toText(variable, value) ?? '';
  if (text === '') throw new GatewayError('BAD_USER_INPUT', `"${variable}" must have a value.`);
  // oxlint-disable-next-line no-control-regex -- control characters end a frame or a line in some broker's protocol
  if (/[./*>+#\s\u0000-\u001f\u007f]/.test(text)) {
    throw new GatewayError('BAD_USER_INPUT', `"${variable}" must not hold any of . / * > + # or white space.`);
  }
  return text;
}
