/** Why the gateway closes a WebSocket: the codes of graphql-transport-ws, and of RFC 6455 (7.4.1). */
export const CLOSING = {
  goingAway: { code: 1001, reason: 'The gateway is closing. Connect again.' },
  tryLater: { code: 1013, reason: 'Tokens cannot be checked now. Try again later.' },
  unacknowledged: { code: 4401, reason: 'Unauthorized' },
  forbidden: { code: 4403, reason: 'Forbidden' },
  wrongProtocol: { code: 4406, reason: 'Subprotocol not acceptable' },
  initTimeout: { code: 4408, reason: 'Connection initialisation timeout' },
  secondInit: { code: 4429, reason: 'Too many initialisation requests' },
} as const satisfies Record<string, Closing>;

export type Closing = { readonly code: number; readonly reason: string };

/** A close frame holds no more. */
const MAX_REASON_BYTES = 123;

export function badMessage(error: unknown): Closing {
  const message = error instanceof Error ? error.message : 'Bad message.';
  return {
    code: 4400,
    reason: Buffer.from(message)
      .subarray(0, MAX_REASON_BYTES)
      .toString()
      .replace(/\uFFFD$/u, ''),
  };
}

export function doubleId(id: string): Closing {
  const reason = `Subscriber for ${id} already exists`;
  return { code: 4409, reason: Buffer.byteLength(reason) <= MAX_REASON_BYTES ? reason : 'Subscriber already exists' };
}
