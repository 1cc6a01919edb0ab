import { expect, it } from 'vitest';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import { toClientErrors } from '../../src/gateway/client-errors.ts';
import { clientGone } from '../../src/model/cancellation.ts';
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

it('logs nothing of calls that ended with their client, however many steps say so', () => {
  const logged: string[] = [];
  const log = (cause: unknown) => {
    const call = new GatewayError('DEADLINE_EXCEEDED', 'The request ended.', { cause });
    const error = new GatewayError('DEADLINE_EXCEEDED', 'The request ended.', { service: 'catalog', cause: call });
    toClientErrors([error], { unmasked: false, requestId: 'r', log: (_, message) => logged.push(message) });
  };
  log(clientGone());
  expect(logged).toEqual([]);
  log(new Error('of another reason'));
  expect(logged).toEqual(['The request ended.']);
});
