import { exportJWK, generateKeyPair, jwtVerify, SignJWT, type JSONWebKeySet } from 'jose';

const AUDIENCE = 'selvedge-shop';
const ALGORITHM = 'ES256';
const LIFETIME_SECONDS = 8 * 3600;

/** Issues and checks the shop's test tokens. The key pair lives as long as the process. */
export type Tokens = {
  readonly jwks: JSONWebKeySet;
  readonly lifetimeSeconds: number;
  readonly issue: (userId: string, scopes: readonly string[]) => Promise<string>;
  /** The user a `Bearer` header stands for; null where there is none or it is not ours. */
  readonly readUserId: (authorization: string | null) => Promise<string | null>;
};

/** `issuer` is asked when a token is issued or checked, for a service learns its URL only by listening. */
export async function createTokens(issuer: () => string): Promise<Tokens> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM);
  const kid = crypto.randomUUID();
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: ALGORITHM, use: 'sig' };
  return {
    jwks: { keys: [jwk] },
    lifetimeSeconds: LIFETIME_SECONDS,
    issue: (userId, scopes) =>
      new SignJWT({ scope: scopes.join(' ') })
        .setProtectedHeader({ alg: ALGORITHM, kid })
        .setSubject(userId)
        .setIssuer(issuer())
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime(`${LIFETIME_SECONDS}s`)
        .sign(privateKey),
    readUserId: async (authorization) => {
      const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
      if (token === undefined) return null;
      try {
        const options = { issuer: issuer(), audience: AUDIENCE, algorithms: [ALGORITHM] };
        return (await jwtVerify(token, publicKey, options)).payload.sub ?? null;
      } catch {
        return null;
      }
    },
  };
}
