import { GatewayError } from '../../errors/gateway-error.ts';
import { FORBIDDEN_IN_HEADERS } from '../../subgraph/header-template.ts';

/** A header's value: beyond ASCII it is percent-encoded, for the wire has no other way. A line break is refused. */
export function toHeaderValue(name: string, text: string): string {
  if (FORBIDDEN_IN_HEADERS.test(text))
    throw new GatewayError('BAD_USER_INPUT', `The header "${name}" would hold a control character.`);
  return text.replace(/[^\u0020-\u007e\t]+/g, (part) => encodeURIComponent(part.toWellFormed()));
}
