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
      return token === null ? ANONYMOUS : checkToken(token, issuers).then(toCaller);
    },
    close: async () => {
      await Promise.all(issuers.map(({ keySet }) => keySet.close()));
    },
  };
}

async function checkToken(token: string, issuers: readonly Issuer[]): Promise<JWTPayload> {
  try {
    // Only to choose the keys: nothing of the token is believed before its signature is checked.
    const { iss } = decodeJwt(token);
    const issuer = issuers.find(({ expected }) => expected.issuer === iss);
    if (issuer === undefined)
      throw new GatewayError('UNAUTHENTICATED', 'The token is of an issuer that is not accepted here.');
    return await verify(token, issuer);
  } catch (error) {
    throw toTokenError(error);
  }
}

async function verify(token: string, { expected, keySet }: Issuer): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, keySet.key, {
    issuer: expected.issuer,
    audience: [...expected.audience],
    algorithms: [...expected.algorithms],
    clockTolerance: LEEWAY_SECONDS,
    requiredClaims: ['exp'],
  });
  return payload;
}

function toCaller(claims: JWTPayload): Caller {
  return { kind: 'authenticated', claims, scopes: readScopes(claims) };
}
