import { expect, it } from 'vitest';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import { toClientErrors } from '../../src/gateway/client-errors.ts';
import { silentLog } from '../../src/observability/log.ts';

const messageOf = (message: string, cause: Error) =>
  toClientErrors([new GatewayError('BAD_USER_INPUT', message, { cause })], {
    unmasked: true,
    requestId: 'r',
    log: silentLog,
  })[0]?.message;

it('says in development what was behind an error, and nothing twice', () => {
  expect(messageOf('The service is gone.', new Error('connect ECONNREFUSED'))).toBe(
    'The service is gone. (connect ECONNREFUSED)',
  );
  expect(messageOf('There is no user "u".', new Error('There is no user "u".'))).toBe('There is no user "u".');
});
