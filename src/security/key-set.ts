import { createLocalJWKSet } from 'jose';
import type { JSONWebKeySet, JWTVerifyGetKey, LocalJWKSet } from 'jose';

/** The public keys of an issuer. */
export type KeySet = {
  /** Makes ready. Throws ProblemsError if the keys can't ever be had; what may come later is fetched in the background. */
  readonly start: () => Promise<void>;
  /** The key for a token's header. Rejects with an error of jose, or with AUTHENTICATION_UNAVAILABLE. */
  readonly key: JWTVerifyGetKey;
  readonly close: () => Promise<void>;
};

/** Reads a JSON Web Key Set (RFC 7517). Throws with a message for operators. */
export function parseKeySet(text: string): LocalJWKSet {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || !('keys' in value) || !Array.isArray(value.keys)) {
    throw new Error('Expected a JSON Web Key Set: an object with a list "keys".');
  }
  // createLocalJWKSet checks what stands in the list.
  return createLocalJWKSet(value as JSONWebKeySet);
}
