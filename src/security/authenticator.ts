import { decodeJwt, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import type { Config } from '../config/schema.ts';
import { ProblemsError } from '../errors/problem.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { Caller, ReadHeader } from '../model/request-context.ts';
import { readBearerToken } from './bearer-token.ts';
import { findKeyFileProblems } from './file-key-set.ts';
import type { KeySet } from './key-set.ts';
import { readScopes } from './scopes.ts';
import type { OpenKeySet } from './shared-key-sets.ts';
import { toTokenError } from './token-error.ts';
import { VerifiedTokens } from './verified-tokens.ts';

/** Finds out who is calling. */
export type Authenticator = {
  /** Reads key files (throws ProblemsError) and begins to fetch the others. */
  readonly start: () => Promise<void>;
  /** The caller, by the bearer token; anonymous without one, at once. Throws and rejects with UNAUTHENTICATED or AUTHENTICATION_UNAVAILABLE. */
  readonly authenticate: (header: ReadHeader) => Caller | Promise<Caller>;
  readonly close: () => Promise<void>;
};

type JwtConfig = NonNullable<Config['auth']['jwt']>[number];

/** One issuer's tokens: what they must hold, and the keys they are signed with. */
type Issuer = { readonly expected: JwtConfig; readonly keySet: KeySet };

const ANONYMOUS: Caller = { kind: 'anonymous' };
const LEEWAY_SECONDS = 60;

/** Without `auth.jwt` nothing is checked and every caller is anonymous. */
export function createAuthenticator({ jwt = [] }: Config['auth'], openKeySet: OpenKeySet): Authenticator {
  const verified = new VerifiedTokens();
  const issuers = jwt.map((expected): Issuer => ({ expected, keySet: openKeySet(expected.jwks) }));
  return {
    start: async () => {
      const problems = await findKeyFileProblems(jwt);
      if (problems.length > 0) throw new ProblemsError(problems);
      await Promise.all(issuers.map(({ keySet }) => keySet.start()));
    },
    authenticate: (header) => {
      if (issuers.length === 0) return ANONYMOUS;
      const token = readBearerToken(header('authorization'));
      if (token === null) return ANONYMOUS;
      return verified.get(token) ?? checkToken(token, issuers, verified);
    },
    close: async () => {
      await Promise.all(issuers.map(({ keySet }) => keySet.close()));
    },
  };
}

async function checkToken(token: string, issuers: readonly Issuer[], verified: VerifiedTokens): Promise<Caller> {
  try {
    // Only to choose the keys: nothing of the token is believed before its signature is checked.
    const { iss } = decodeJwt(token);
    const issuer = issuers.find(({ expected }) => expected.issuer === iss);
    if (issuer === undefined)
      throw new GatewayError('UNAUTHENTICATED', 'The token is of an issuer that is not accepted here.');
    const { keySet } = issuer;
    const generation = keySet.generation();
    const claims = await verify(token, issuer);
    const caller = toCaller(claims);
    if (generation !== undefined)
      verified.set(token, { caller, by: keySet, generation, untilSeconds: claims.exp + LEEWAY_SECONDS });
    return caller;
  } catch (error) {
    throw toTokenError(error);
  }
}

async function verify(token: string, { expected, keySet }: Issuer): Promise<JWTPayload & { readonly exp: number }> {
  const { payload } = await jwtVerify<{ readonly exp: number }>(token, keySet.key, {
    issuer: expected.issuer,
    audience: [...expected.audience],
    algorithms: [...expected.algorithms],
    clockTolerance: LEEWAY_SECONDS,
    requiredClaims: ['exp'],
  });
  return payload;
}

function toCaller(claims: JWTPayload): Extract<Caller, { kind: 'authenticated' }> {
  return { kind: 'authenticated', claims, scopes: readScopes(claims) };
}
