import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import type { AttemptContext, CallKind, CallPolicy } from '../../src/model/call.ts';
import { Cancellation } from '../../src/model/cancellation.ts';
import type { RequestContext } from '../../src/model/request-context.ts';
import { createProtect, type ProtectSettings } from '../../src/traffic/protect.ts';
import { createTestClock } from './test-clock.ts';

type Scenario = {
  readonly kind?: CallKind;
  readonly isPublish?: boolean;
  readonly policy?: CallPolicy;
  readonly config?: Omit<ProtectSettings, 'subgraph' | 'clock'>;
  readonly deadlineInMs?: number;
  readonly random?: number;
  /** What each attempt does: answers a text, fails, or never ends; `sent` once its event is handed over. */
  readonly attempts: readonly (string | GatewayError | { readonly afterMs: number; readonly error: GatewayError })[];
};

function protectedCall({
  kind = 'query',
  isPublish = false,
  policy = {},
  config = {},
  deadlineInMs = 30_000,
  random = 0.5,
  attempts,
}: Scenario) {
  const time = createTestClock({ random });
  const seen: AttemptContext[] = [];
  const log: string[] = [];
  const protect = createProtect({ subgraph: 'catalog', ...config, clock: time.clock });
  const send = protect(
    (request: string, attempt) => {
      seen.push(attempt);
      log.push(`${attempt.number} at ${time.now() - 1000} for ${attempt.timeoutMs}: ${request}`);
      const outcome = attempts[seen.length - 1];
      if (outcome === 'sent') attempt.onSent?.();
      if (outcome === 'never' || outcome === 'sent' || outcome === undefined) return new Promise<string>(() => {});
      if (typeof outcome === 'object' && 'afterMs' in outcome)
        return new Promise<string>((_, reject) => time.clock.schedule(() => reject(outcome.error), outcome.afterMs));
      return outcome instanceof GatewayError ? Promise.reject(outcome) : Promise.resolve(outcome);
    },
    { kind, policy, isPublish },
  );
  const cancellation = new Cancellation();
  const context: RequestContext = {
    requestId: 'r1',
    caller: { kind: 'anonymous' },
    header: () => null,
    deadlineMs: time.now() + deadlineInMs,
    cancellation,
    scope: new Map(),
  };
  const start = () => {
    const answer = send('ask', context).catch((error: unknown) => error);
    return answer;
  };
  return { start, time, seen, log, cancellation };
}

const refused = new GatewayError('UPSTREAM_UNAVAILABLE', 'refused', { retry: 'not-sent' });
const unavailable = new GatewayError('UPSTREAM_UNAVAILABLE', '503', { retry: 'may-retry' });
const reset = new GatewayError('UPSTREAM_UNAVAILABLE', 'reset', { retry: 'may-retry', retryCause: 'RESET' });
const final = new GatewayError('UPSTREAM_BAD_RESPONSE', 'nonsense');
const pushback = (retryAfterMs: number) =>
  new GatewayError('UPSTREAM_UNAVAILABLE', 'wait', { retry: 'may-retry', retryAfterMs });

describe('time-out', () => {
  it('ends a call that is not answered after its own time, and cancels the attempt', async () => {
    const { start, time, seen } = protectedCall({ policy: { timeoutMs: 500 }, attempts: ['never'] });
    const answer = start();
    await time.advance(499);
    expect(seen[0]?.cancellation.cancelled).toBe(false);
    await time.advance(1);
    expect(await answer).toMatchObject({ code: 'UPSTREAM_TIMEOUT', service: 'catalog' });
    expect(seen[0]?.cancellation.cancelled).toBe(true);
    expect(time.pending()).toBe(0);
  });

  it('takes 10 s where neither schema nor config says anything', async () => {
    const { start, log } = protectedCall({ attempts: ['fine'] });
    expect(await start()).toBe('fine');
    expect(log).toEqual(['1 at 0 for 10000: ask']);
  });

  it.each([
    { schema: 500, config: 300, taken: 300 },
    { schema: 300, config: 500, taken: 300 },
    { schema: 20_000, config: undefined, taken: 20_000 },
    { schema: undefined, config: 700, taken: 700 },
  ])('takes $taken ms where the schema says $schema and the config $config', async ({ schema, config, taken }) => {
    const { start, log } = protectedCall({
      policy: { timeoutMs: schema },
      config: { timeoutMs: config },
      attempts: ['fine'],
    });
    await start();
    expect(log).toEqual([`1 at 0 for ${taken}: ask`]);
  });

  it('ends 20 ms before the request’s deadline, and says that it was the deadline', async () => {
    const { start, time, log } = protectedCall({ policy: { timeoutMs: 500 }, deadlineInMs: 120, attempts: ['never'] });
    const answer = start();
    await time.advance(100);
    expect(await answer).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(log).toEqual(['1 at 0 for 100: ask']);
  });

  it('does not start with less than 10 ms to go', async () => {
    const { start, log } = protectedCall({ deadlineInMs: 29, attempts: ['fine'] });
    expect(await start()).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(log).toEqual([]);
  });

  it('ends a query at once when the client goes away', async () => {
    const { start, time, seen, cancellation } = protectedCall({ attempts: ['never'] });
    const answer = start();
    await time.settle();
    cancellation.cancel(new Error('gone'));
    expect(await answer).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(seen[0]?.cancellation.cancelled).toBe(true);
    expect(time.pending()).toBe(0);
  });

  it('lets a running mutation end when the client goes away', async () => {
    const { start, time, seen, cancellation } = protectedCall({ kind: 'mutation', attempts: ['done'] });
    const answer = start();
    cancellation.cancel(new Error('gone'));
    expect(await answer).toBe('done');
    expect(seen[0]?.cancellation.cancelled).toBe(false);
    expect(time.pending()).toBe(0);
  });

  it('does not send a mutation after the client has gone away', async () => {
    const { start, log, cancellation } = protectedCall({ kind: 'mutation', attempts: ['done'] });
    cancellation.cancel(new Error('gone'));
    expect(await start()).toBeInstanceOf(GatewayError);
    expect(log).toEqual([]);
  });

  it('says of a mutation that its outcome is not known', async () => {
    const { start, time } = protectedCall({ kind: 'mutation', policy: { timeoutMs: 50 }, attempts: ['never'] });
    const answer = start();
    await time.advance(50);
    expect(await answer).toMatchObject({ message: expect.stringContaining('may or may not have been made') });
  });

  it('says of an event that was not acknowledged in time, or before the deadline, that its outcome is not known', async () => {
    const publish = { kind: 'mutation', isPublish: true, policy: { timeoutMs: 50 }, attempts: ['sent'] } as const;
    const own = protectedCall(publish);
    const requests = protectedCall({ ...publish, deadlineInMs: 60 });
    const answers = [own.start(), requests.start()];
    await Promise.all([own.time.advance(50), requests.time.advance(60)]);
    expect(await Promise.all(answers)).toMatchObject([
      { code: 'PUBLISH_OUTCOME_UNKNOWN', service: 'catalog' },
      { code: 'PUBLISH_OUTCOME_UNKNOWN', service: 'catalog' },
    ]);
  });

  it('says of an event that was not handed to the broker in time, or before the deadline, that it was not sent', async () => {
    const publish = { kind: 'mutation', isPublish: true, policy: { timeoutMs: 50 }, attempts: ['never'] } as const;
    const own = protectedCall(publish);
    const requests = protectedCall({ ...publish, deadlineInMs: 60 });
    const again = protectedCall({ ...publish, config: { retry: { backoffMs: 0 } }, attempts: [refused, 'sent'] });
    const answers = [own.start(), requests.start(), again.start()];
    await Promise.all([own, requests, again].map(({ time }) => time.advance(60)));
    expect(await Promise.all(answers)).toMatchObject([
      { code: 'UPSTREAM_UNAVAILABLE', service: 'catalog', retry: 'not-sent' },
      { code: 'UPSTREAM_UNAVAILABLE', service: 'catalog', retry: 'not-sent' },
      { code: 'PUBLISH_OUTCOME_UNKNOWN' },
    ]);
  });

  it('says what ended a call, though the timer of the protocol’s client was the first', async () => {
    const error = new GatewayError('UPSTREAM_TIMEOUT', 'in the client’s words');
    const attempts = [{ afterMs: 49, error }];
    const { start, time } = protectedCall({ kind: 'mutation', deadlineInMs: 70, attempts });
    const answer = start();
    await time.advance(50);
    expect(await answer).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: expect.stringContaining('may or may not have been made'),
    });
  });
});

describe('retry', () => {
  it('asks again with growing, jittered waits, within the call’s time', async () => {
    const { start, time, log } = protectedCall({
      policy: { timeoutMs: 1000, retry: { attempts: 3, backoffMs: 100, maxBackoffMs: 300 } },
      attempts: [unavailable, reset, refused, 'fine'],
    });
    const answer = start();
    await time.advance(1000);
    expect(await answer).toBe('fine');
    expect(log).toEqual([
      '1 at 0 for 1000: ask',
      '2 at 50 for 950: ask',
      '3 at 150 for 850: ask',
      '4 at 300 for 700: ask',
    ]);
  });

  it('asks two more times by default, and gives back the last failure', async () => {
    const { start, time, log } = protectedCall({ attempts: [refused, refused, unavailable, 'fine'] });
    const answer = start();
    await time.advance(1000);
    expect(await answer).toBe(unavailable);
    expect(log).toHaveLength(3);
  });

  it('takes the fewer of the schema’s and the config’s attempts', async () => {
    const { start, time, log } = protectedCall({
      policy: { retry: { attempts: 3 } },
      config: { retry: { attempts: 1 } },
      attempts: [unavailable, unavailable, 'fine'],
    });
    const answer = start();
    await time.advance(1000);
    expect(await answer).toBe(unavailable);
    expect(log).toHaveLength(2);
  });

  it('does not ask again where another attempt cannot help', async () => {
    const { start, log } = protectedCall({ attempts: [final, 'fine'] });
    expect(await start()).toBe(final);
    expect(log).toHaveLength(1);
  });

  it('sends a mutation again only when it was provably not sent', async () => {
    const again = protectedCall({ kind: 'mutation', attempts: [refused, 'done'] });
    const answer = again.start();
    await again.time.advance(1000);
    expect(await answer).toBe('done');

    const never = protectedCall({ kind: 'mutation', attempts: [reset, 'done'] });
    expect(await never.start()).toBe(reset);
    expect(never.log).toHaveLength(1);
  });

  it('asks again only after the failures that `on` lists', async () => {
    const listed = protectedCall({
      policy: { retry: { attempts: 2, on: ['RESET'] } },
      attempts: [reset, unavailable, 'fine'],
    });
    const answer = listed.start();
    await listed.time.advance(1000);
    expect(await answer).toBe(unavailable);
    expect(listed.log).toHaveLength(2);
  });

  it('waits as long as the service asks for', async () => {
    const { start, time, log } = protectedCall({ attempts: [pushback(2000), 'fine'] });
    const answer = start();
    await time.advance(2000);
    expect(await answer).toBe('fine');
    expect(log[1]).toBe('2 at 2000 for 8000: ask');
  });

  it('fails at once when the service asks for more than 5 s, or for more than is left', async () => {
    const long = protectedCall({ attempts: [pushback(5001), 'fine'] });
    expect(await long.start()).toMatchObject({ message: 'wait' });
    const late = protectedCall({ policy: { timeoutMs: 400 }, attempts: [pushback(400), 'fine'] });
    expect(await late.start()).toMatchObject({ message: 'wait' });
  });

  it('asks again after a time-out only while half of the time is left', async () => {
    const slow = new GatewayError('UPSTREAM_TIMEOUT', 'the service gave up', { retry: 'may-retry' });
    const early = protectedCall({ attempts: [slow, 'fine'] });
    const answer = early.start();
    await early.time.advance(1000);
    expect(await answer).toBe('fine');

    const late = protectedCall({ policy: { timeoutMs: 1000 }, attempts: [pushback(600), slow, 'fine'] });
    const lateAnswer = late.start();
    await late.time.advance(1000);
    expect(await lateAnswer).toBe(slow);
  });

  it('stops waiting when the client goes away', async () => {
    const { start, time, log, cancellation } = protectedCall({ attempts: [pushback(3000), 'fine'] });
    const answer = start();
    await time.advance(100);
    cancellation.cancel(new Error('gone'));
    expect(await answer).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(log).toHaveLength(1);
    expect(time.pending()).toBe(0);
  });

  it('stops waiting for a mutation’s next attempt when the client goes away', async () => {
    const { start, time, log, cancellation } = protectedCall({
      kind: 'mutation',
      attempts: [new GatewayError('UPSTREAM_UNAVAILABLE', 'wait', { retry: 'not-sent', retryAfterMs: 3000 }), 'done'],
    });
    const answer = start();
    await time.advance(100);
    cancellation.cancel(new Error('gone'));
    await time.advance(3000);
    expect(await answer).toBeInstanceOf(GatewayError);
    expect(log).toHaveLength(1);
  });
});
