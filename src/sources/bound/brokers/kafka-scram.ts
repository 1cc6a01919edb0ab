import { AuthenticationError, type SASLCustomAuthenticator, saslScramSha } from '@platformatic/kafka';

const MAX_ITERATIONS = 1_000_000;
/** What a server says: fields of a letter each (RFC 5802, section 7). */
const MESSAGE = /^[a-z]=[^,]*(?:,[a-z]=[^,]*)*$/i;

/**
 * SCRAM as the client has it, but for a server's words that are none: the client throws them where it reads what comes,
 * where nobody catches them, and counts for as many rounds as it is told.
 */
export const authenticateByScram: SASLCustomAuthenticator = (...options) => {
  const [mechanism, connection, ask, username, password, , done] = options;
  const refuse = (cause?: unknown) =>
    done(new AuthenticationError('The server does not speak SCRAM.', cause instanceof Error ? { cause } : {}));
  const guarded: typeof ask = Object.assign(
    (...[to, bytes, next]: Parameters<typeof ask>) =>
      ask(to, bytes, (error, response) => {
        if (response !== undefined && !isScram(response.authBytes.toString())) return refuse();
        try {
          next?.(error, response);
        } catch (cause) {
          refuse(cause);
        }
      }),
    { async: ask.async, key: ask.key, version: ask.version },
  );
  const algorithm = mechanism === 'SCRAM-SHA-256' ? 'SHA-256' : 'SHA-512';
  if (username === undefined || password === undefined) return refuse();
  saslScramSha.authenticate(guarded, connection, algorithm, username, password, saslScramSha.defaultCrypto, done);
};

/** Either the first message, whose rounds can be counted, or the last. */
function isScram(message: string): boolean {
  if (!MESSAGE.test(message)) return false;
  const fields = new Map(message.split(',').map((field) => [field.slice(0, 1), field.slice(2)]));
  if (fields.has('v') || fields.has('e')) return true;
  return fields.has('r') && fields.has('s') && Number(fields.get('i')) <= MAX_ITERATIONS;
}
