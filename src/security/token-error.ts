import { errors } from 'jose';
import { GatewayError } from '../errors/gateway-error.ts';

/** Why a token is refused, for the client. What is not the token's fault stays what it is, or is INTERNAL_ERROR. */
export function toTokenError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const reason = describe(error);
  if (reason === undefined)
    return new GatewayError('INTERNAL_ERROR', 'A token could not be checked.', { cause: error });
  return new GatewayError('UNAUTHENTICATED', reason, { cause: error });
}

function describe(error: unknown): string | undefined {
  if (!(error instanceof errors.JOSEError)) return undefined;
  if (error instanceof errors.JWTClaimValidationFailed) return describeClaim(error);
  return REASONS[error.code];
}

const REASONS: Readonly<Record<string, string>> = {
  [errors.JWTExpired.code]: 'The token has expired.',
  [errors.JWTInvalid.code]: 'The token is malformed.',
  [errors.JWSInvalid.code]: 'The token is malformed.',
  [errors.JWSSignatureVerificationFailed.code]: "The token's signature is wrong.",
  [errors.JWKSNoMatchingKey.code]: 'The token is signed with a key that is not known here.',
  [errors.JWKSMultipleMatchingKeys.code]: 'The token does not say which key it is signed with (kid).',
  [errors.JOSEAlgNotAllowed.code]: 'The token is signed with an algorithm that is not accepted here.',
  [errors.JOSENotSupported.code]: 'The token is signed in a way that is not supported.',
};

function describeClaim({ claim, reason }: errors.JWTClaimValidationFailed): string {
  if (reason === 'missing') return `The token has no "${claim}".`;
  if (claim === 'aud') return 'The token is meant for another audience.';
  if (claim === 'iss') return 'The token is of an issuer that is not accepted here.';
  if (claim === 'nbf') return 'The token is not valid yet.';
  return `The token's "${claim}" is malformed.`;
}
