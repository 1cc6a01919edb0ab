import { GatewayError } from '../errors/gateway-error.ts';
import type { Template } from '../model/expression.ts';
import { readVariables, splitTemplate, toText } from './template-text.ts';

/** What must not get into a header: a line break would begin another one. */
// oxlint-disable-next-line no-control-regex -- control characters are what is refused
export const FORBIDDEN_IN_HEADERS = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/**
 * Compiles a header's value. It expands to "" when one of its values is missing: the header is then left out.
 * Throws an Error that says what is wrong with the text.
 */
export function compileHeaderTemplate(text: string): Template {
  if (FORBIDDEN_IN_HEADERS.test(text)) throw new Error('a header holds no line breaks or control characters');
  const parts = splitTemplate(text);
  return {
    text,
    variables: readVariables(parts),
    expand: (read) => {
      let header = '';
      for (const part of parts) {
        const value = part.kind === 'literal' ? part.text : toText(part.text, read(part.text));
        if (value === undefined || value === '') return '';
        if (FORBIDDEN_IN_HEADERS.test(value))
          throw new GatewayError('BAD_USER_INPUT', `"${part.text}" holds a line break or a control character.`);
        header += value;
      }
      return header;
    },
  };
}
