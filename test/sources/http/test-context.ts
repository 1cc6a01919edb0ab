import { Cancellation } from '../../../src/model/cancellation.ts';
import type { Protect } from '../../../src/model/call.ts';
import type { RequestContext } from '../../../src/model/request-context.ts';
import { createProtect, type ProtectSettings } from '../../../src/traffic/protect.ts';

/** A client's request, as sources see it. */
export function createTestContext(changes: Partial<RequestContext> = {}): RequestContext {
  return {
    requestId: 'r1',
    caller: { kind: 'anonymous' },
    header: () => null,
    deadlineMs: performance.now() + 30_000,
    cancellation: new Cancellation(),
    scope: new Map(),
    ...changes,
  };
}

/** The real policies, without waits between attempts. */
export function createTestProtect(settings: Partial<ProtectSettings> = {}): Protect {
  return createProtect({ subgraph: 'test', retry: { attempts: 0, backoffMs: 0 }, ...settings });
}
