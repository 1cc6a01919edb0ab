import type { Attempt, CallPolicy, Protect, ProtectedCall, RetryPolicy, Send } from '../model/call.ts';
import type { OpenSubscription } from '../model/source.ts';
import { applyPolicies } from './apply-policies.ts';
import { type Clock, systemClock } from './clock.ts';
import { reopen, type ReopenSettings } from './reopen.ts';
import { retry } from './retry.ts';
import type { Tape } from './tape.ts';
import { timeout } from './timeout.ts';

/** A subgraph's settings of the config (`traffic.all`, `traffic.subgraphs.<name>`); undefined where it says nothing. */
export type ProtectSettings = {
  readonly subgraph: string;
  readonly timeoutMs?: number | undefined;
  readonly retry?: { readonly [Setting in 'attempts' | 'backoffMs' | 'maxBackoffMs']?: number | undefined } | undefined;
  readonly clock?: Clock | undefined;
  /** Records the calls, or answers them. */
  readonly tape?: Tape | undefined;
};

const DEFAULTS = { timeoutMs: 10_000, attempts: 2, backoffMs: 50, maxBackoffMs: 1000 };

/** Makes the policies of one subgraph's calls: what the schema says, capped by what the config says. */
export function createProtect(settings: ProtectSettings): Protect {
  const { subgraph, clock = systemClock, tape } = settings;
  return <Request, Answer>(
    attempt: Attempt<Request, Answer>,
    { kind, policy, isPublish, identity }: ProtectedCall<Request>,
  ) => {
    const attempts = applyPolicies(attempt, [
      timeout({ subgraph, kind, isPublish, clock, timeoutMs: toTimeoutMs(policy, settings) }), // over all attempts and the waits between them
      retry({ kind, clock, ...toRetry(policy.retry, settings) }),
    ]);
    const send: Send<Request, Answer> = (request, context) =>
      attempts(request, {
        context,
        number: 1,
        cancellation: context.cancellation,
        timeoutMs: context.deadlineMs - clock.now(),
      });
    return tape === undefined || identity === undefined ? send : tape.call(send, subgraph, identity);
  };
}

/** A stream that broke is given more time to come back than a call: nobody waits for its next event. */
const REOPEN_DEFAULTS = { forMs: 60_000, backoffMs: 100, maxBackoffMs: 10_000 };

type ProtectStreams = Pick<ReopenSettings, 'onBreak'> & {
  /** How long a stream that broke is opened again; false: not at all. */
  readonly reopenMs: number | false | undefined;
};

/** Opens one subgraph's streams again when they break. Where nothing may be sent again (`attempts: 0`), neither may these. */
export function createProtectStream(
  settings: ProtectSettings & ProtectStreams,
): (open: OpenSubscription, policy: CallPolicy) => OpenSubscription {
  const { subgraph, clock = systemClock, reopenMs = REOPEN_DEFAULTS.forMs, onBreak } = settings;
  return (open, { retry: wanted }) => {
    const { attempts, on } = toRetry(wanted, settings);
    if (reopenMs === false || attempts === 0) return open;
    const { backoffMs = REOPEN_DEFAULTS.backoffMs, maxBackoffMs = REOPEN_DEFAULTS.maxBackoffMs } = wanted ?? {};
    return reopen(open, { subgraph, clock, forMs: reopenMs, backoffMs, maxBackoffMs, on, onBreak });
  };
}

/** The schema's, capped by the config's; the config's or the default where the schema says nothing. */
function toTimeoutMs(policy: CallPolicy, settings: ProtectSettings): number {
  return capped(policy.timeoutMs, settings.timeoutMs) ?? DEFAULTS.timeoutMs;
}

function toRetry(policy: Partial<RetryPolicy> = {}, { retry: configured = {} }: ProtectSettings) {
  return {
    attempts: capped(policy.attempts, configured.attempts) ?? DEFAULTS.attempts,
    backoffMs: policy.backoffMs ?? configured.backoffMs ?? DEFAULTS.backoffMs,
    maxBackoffMs: policy.maxBackoffMs ?? configured.maxBackoffMs ?? DEFAULTS.maxBackoffMs,
    on: policy.on,
  };
}

function capped(wanted: number | undefined, cap: number | undefined): number | undefined {
  return wanted === undefined || cap === undefined ? (wanted ?? cap) : Math.min(wanted, cap);
}
