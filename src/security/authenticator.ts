import { decodeJwt, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import type { Dispatcher } from 'undici';
import type { Config } from '../config/schema.ts';
import { ProblemsError } from '../errors/problem.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { Caller, ReadHeader } from '../model/request-context.ts';
import type { Log } from '../observability/log.ts';
import { readBearerToken } from './bearer-token.ts';
import { createFileKeySet, findKeyFileProblems, isRemote } from './file-key-set.ts';
import type { KeySet } from './key-set.ts';
import { createRemoteKeySet } from './remote-key-set.ts';
import { readScopes } from './scopes.ts';
import { toTokenError } from './token-error.ts';

/** Finds out who is calling. */
export type Authenticator = {
  /** Reads key files (throws ProblemsError) and begins to fetch the others. */
  readonly start: () => Promise<void>;
  /** The caller, by the bearer token; anonymous without one, at once. Throws and rejects with UNAUTHENTICATED or AUTHENTICATION_UNAVAILABLE. */
  readonly authenticate: (header: ReadHeader) => Caller | Promise<Caller>;
  readonly close: () => Promise<void>;
};

export type AuthenticatorOptions = {
  readonly log: Log;
  /** How key sets are fetched; its owner closes it. */
  readonly dispatcher?: Dispatcher | undefined;
};

type JwtConfig = NonNullable<Config['auth']['jwt']>[number];

/** One issuer's tokens: what they must hold, and the keys they are signed with. */
type Issuer = { readonly expected: JwtConfig; readonly keySet: KeySet };

const ANONYMOUS: Caller = { kind: 'anonymous' };
const LEEWAY_SECONDS = 60;

/** Without `auth.jwt` nothing is checked and every caller is anonymous. */
export function createAuthenticator({ jwt = [] }: Config['auth'], options: AuthenticatorOptions): Authenticator {
  const issuers = jwt.map((expected): Issuer => ({ expected, keySet: createKeySet(expected.jwks, options) }));
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

function createKeySet(jwks: string, { log, dispatcher }: AuthenticatorOptions): KeySet {
  return isRemote(jwks) ? createRemoteKeySet(jwks, { log, dispatcher }) : createFileKeySet(jwks, log);
}

async function checkToken(token: string, issuers: readonly Issuer[]): Promise<JWTPayload> {
  try {
    // Only to choose the keys: nothing of the token is believed before its signature is checked.
    const { iss } = decodeJwt(token);
    return await verifyByAny(
      token,
      issuers.filter(({ expected }) => expected.issuer === iss),
    );
  } catch (error) {
    throw toTokenError(error);
  }
}

// One issuer may stand in the config several times, with other audiences.
async function verifyByAny(token: string, [issuer, ...others]: readonly Issuer[]): Promise<JWTPayload> {
  if (issuer === undefined)
    throw new GatewayError('UNAUTHENTICATED', 'The token is of an issuer that is not accepted here.');
  try {
    return await verify(token, issuer);
  } catch (error) {
    if (others.length === 0) throw error;
    return verifyByAny(token, others);
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
