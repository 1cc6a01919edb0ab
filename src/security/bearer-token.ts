import { GatewayError } from '../errors/gateway-error.ts';

// RFC 6750, 2.1: one scheme, case-insensitive (RFC 9110, 11.1), and one token68.
const BEARER = /^bearer +([\w.~+/-]+=*)$/i;

/** The token of an `Authorization: Bearer …` header, or null without the header. Throws UNAUTHENTICATED for anything else. */
export function readBearerToken(authorization: string | null): string | null {
  if (authorization === null) return null;
  const token = BEARER.exec(authorization.trim())?.[1];
  if (token !== undefined) return token;
  throw new GatewayError('UNAUTHENTICATED', 'Expected the header "Authorization" to be "Bearer" and one token.');
}
