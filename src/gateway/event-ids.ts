import { createHash } from 'node:crypto';
import { GatewayError } from '../errors/gateway-error.ts';
import type { OperationRequest } from '../model/http.ts';

/** The ids of one subscription's events: a source's cursors, and whose they are. */
export type EventIds = {
  readonly toId: (cursor: string) => string;
  /** The cursor that the client was given last, if it says so. Throws BAD_USER_INPUT for an id of another subscription. */
  readonly readLast: () => string | undefined;
};

/** Characters of a fingerprint: enough that two subscriptions of one client never meet. */
const LENGTH = 12;
const MAX_ID_LENGTH = 1000;

/**
 * `fingerprint.cursor`. The fingerprint is the operation's own, so that an id is good for no other: it proves nothing. Who
 * resumes is asked for his rights as at the beginning, and the source checks the cursor.
 */
export function createEventIds(request: OperationRequest): EventIds {
  const { query, operationName, variables } = request;
  const printed = (): string => {
    const text = JSON.stringify([query, operationName ?? null, variables ?? {}]);
    return createHash('sha256').update(text).digest('base64url').slice(0, LENGTH);
  };
  let fingerprint: string | undefined;
  return {
    toId: (cursor) => `${(fingerprint ??= printed())}.${cursor}`,
    readLast: () => {
      const last = readLastId(request);
      if (last === '') return undefined;
      const prefix = `${(fingerprint ??= printed())}.`;
      if (last.startsWith(prefix) && last.length <= MAX_ID_LENGTH) return last.slice(prefix.length);
      const message = 'The last event’s id is not of this subscription: its text and variables must be as they were.';
      throw new GatewayError('BAD_USER_INPUT', message);
    },
  };
}

/** `Last-Event-ID`, which EventSource sends by itself, or `extensions.lastEventId` of whoever sends no headers of their own. */
function readLastId({ header, extensions }: OperationRequest): string {
  const named = (extensions as { readonly lastEventId?: unknown } | null | undefined)?.lastEventId ?? '';
  if (typeof named !== 'string')
    throw new GatewayError('BAD_USER_INPUT', '"extensions.lastEventId" must be the id of an event, as text.');
  return named === '' ? (header('last-event-id') ?? '') : named;
}
