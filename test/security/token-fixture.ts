import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import type { Log } from '../../src/observability/log.ts';

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'shop';

export type SigningKey = {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
};

export async function signingKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } };
}

export const keySetText = (...keys: readonly SigningKey[]): string =>
  JSON.stringify({ keys: keys.map(({ jwk }) => jwk) });

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** A token that is right but for what `claims` changes; a claim that is undefined is left out. */
export async function token(key: SigningKey, claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const payload = { iss: ISSUER, aud: AUDIENCE, sub: 'u1', exp: nowSeconds() + 300, ...claims };
  return new SignJWT(JSON.parse(JSON.stringify(payload)))
    .setProtectedHeader({ alg: key.alg, kid: key.kid })
    .sign(key.privateKey);
}

/** The code and message of what a call rejects with, or what it gives. */
export async function outcome<Value>(promise: Promise<Value>): Promise<Value | string> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof GatewayError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

export function recordingLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, log: (level, message) => void lines.push(`${level} ${message}`) };
}
