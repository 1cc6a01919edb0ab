import { GatewayError } from '../../errors/gateway-error.ts';

// oxlint-disable-next-line no-control-regex -- these are what must not get into a header
const FORBIDDEN = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** A header's value: beyond ASCII it is percent-encoded, for the wire has no other way. A line break is refused. */
export function toHeaderValue(name: string, text: string): string {
  if (FORBIDDEN.test(text))
    throw new GatewayError('BAD_USER_INPUT', `The header "${name}" would hold a control character.`);
  return text.replace(/[^\u0020-\u007e\t]+/g, (part) => encodeURIComponent(part.toWellFormed()));
}
