import { Cancellation } from '../../../src/model/cancellation.ts';
import type { RequestContext } from '../../../src/model/request-context.ts';

/** One client request's context; everything can be set. */
export function requestContext(settings: Partial<RequestContext> = {}): RequestContext {
  return {
    requestId: 'request-1',
    caller: { kind: 'anonymous' },
    header: () => null,
    deadlineMs: Number.POSITIVE_INFINITY,
    cancellation: new Cancellation(),
    scope: new Map(),
    ...settings,
  };
}
