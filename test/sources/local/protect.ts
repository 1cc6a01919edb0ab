import type { AttemptContext, CallKind, CallPolicy, Protect } from '../../../src/model/call.ts';

/** One attempt, as the gateway's policies would make it; `calls` tells what was protected how. */
export function recordingProtect(): {
  readonly protect: Protect;
  readonly calls: { kind: CallKind; policy: CallPolicy }[];
} {
  const calls: { kind: CallKind; policy: CallPolicy }[] = [];
  const protect: Protect = (attempt, call) => (request, context) => {
    calls.push(call);
    const once: AttemptContext = { context, number: 1, cancellation: context.cancellation, timeoutMs: 1000 };
    return attempt(request, once);
  };
  return { protect, calls };
}
