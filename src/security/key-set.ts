import { createLocalJWKSet } from 'jose';
import type { JSONWebKeySet, JWTVerifyGetKey, LocalJWKSet } from 'jose';

/** The public keys of an issuer. */
export type KeySet = {
  /** Makes ready. Throws ProblemsError if the keys can't ever be had; what may come later is fetched in the background. */
  readonly start: () => Promise<void>;
  /** The key for a token's header. Rejects with an error of jose, or with AUTHENTICATION_UNAVAILABLE. */
  readonly key: JWTVerifyGetKey;
  /** Grows when the keys are others than before: what they have verified may no longer hold. Undefined while that is to be seen. */
  readonly generation: () => number | undefined;
  readonly close: () => Promise<void>;
};

/** Reads a JSON Web Key Set (RFC 7517). Throws with a message for operators. */
export function parseKeySet(text: string): LocalJWKSet {
  // createLocalJWKSet checks what stands in the list.
  return createLocalJWKSet({ keys: readKeys(text) } as JSONWebKeySet);
}

/** Throws for a set with a symmetric key: whoever may check tokens with it could sign them. */
export function assertNoSecretKey(text: string): void {
  if (!readKeys(text).some((key) => typeof key === 'object' && key !== null && 'kty' in key && key.kty === 'oct'))
    return;
  throw new Error('A key of kty "oct" is a secret, and a key set holds public keys. HMAC is not accepted.');
}

function readKeys(text: string): readonly unknown[] {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)) return value.keys;
  throw new Error('Expected a JSON Web Key Set: an object with a list "keys".');
}
