import { expect, it } from 'vitest';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import { protectStream } from '../../src/sources/protect-stream.ts';
import { createTestContext, createTestProtect } from './http/test-context.ts';

it.each([
  [false, 3],
  [true, 1],
])('where it is opened again: %s, a stream that cannot be had is tried %i times', async (isAgain, tries) => {
  let tried = 0;
  const open = protectStream<{ opening: { isAgain: boolean; onOpened: () => void } }, never>(
    // oxlint-disable-next-line require-yield -- it fails before its first event
    async function* refuse() {
      tried += 1;
      throw new GatewayError('UPSTREAM_UNAVAILABLE', 'gone', { retry: 'not-sent' });
    },
    createTestProtect({ retry: { attempts: 2, backoffMs: 0 } }),
    {},
  );
  await expect(open({ opening: { isAgain, onOpened: () => {} } }, createTestContext())).rejects.toThrow('gone');
  expect(tried).toBe(tries);
});
