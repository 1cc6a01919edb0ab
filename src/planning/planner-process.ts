import { GatewayError } from '../errors/gateway-error.ts';
import { LEVELS_REMEDY, type PlannerChild, type PlanNatively } from './planner-child.ts';

/** Where operations are planned that could keep the native planner busy for long. */
export type PlannerProcess = {
  /**
   * Plans one operation, which may take several questions, when those before it are planned. Rejects with
   * OPERATION_TOO_COSTLY when it takes longer than it may, with OVERLOADED when too many wait.
   */
  readonly run: <T>(job: (plan: PlanNatively) => Promise<T>) => Promise<T>;
  readonly close: () => void;
};

export type PlannerProcessSettings = {
  readonly start: () => PlannerChild;
  /** How long the planning of one operation may take. */
  readonly timeoutMs: number;
};

const MAX_WAITING = 8;
const START_TIMEOUT_MS = 30_000;
const IDLE_MS = 30_000;

/** The process is started when it is first wanted, ended when it is not wanted any more, and followed by another if it ends. */
export function createPlannerProcess({ start, timeoutMs }: PlannerProcessSettings): PlannerProcess {
  let child: PlannerChild | undefined;
  let idle: NodeJS.Timeout | undefined;
  let closed = false;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function runNow<T>(job: (plan: PlanNatively) => Promise<T>): Promise<T> {
    if (closed) throw new GatewayError('GRAPH_UNAVAILABLE', 'The gateway is closing.');
    clearTimeout(idle);
    if (child === undefined || child.hasEnded()) child = start();
    const running = child;
    try {
      await endAfter(running, { ms: START_TIMEOUT_MS, work: running.ready });
      return await endAfter(running, { ms: timeoutMs, work: job(running.plan), refusal: () => tooCostly(timeoutMs) });
    } finally {
      if (!closed && !running.hasEnded()) idle = setTimeout(() => running.end(), IDLE_MS).unref();
    }
  }

  return {
    run: (job) => {
      if (waiting >= MAX_WAITING) return Promise.reject(overloaded());
      waiting += 1;
      const result = last.then(() => {
        waiting -= 1;
        return runNow(job);
      });
      last = result.catch(() => undefined);
      return result;
    },
    close: () => {
      closed = true;
      clearTimeout(idle);
      child?.end();
    },
  };
}

type Bounded<T> = { readonly ms: number; readonly work: Promise<T>; readonly refusal?: () => GatewayError };

/** Ending the process is what ends the work. */
async function endAfter<T>(child: PlannerChild, { ms, work, refusal }: Bounded<T>): Promise<T> {
  let overdue = false;
  const timer = setTimeout(() => {
    overdue = true;
    child.end();
  }, ms);
  try {
    return await work;
  } catch (error) {
    throw overdue && refusal !== undefined ? refusal() : error;
  } finally {
    clearTimeout(timer);
  }
}

function tooCostly(timeoutMs: number): GatewayError {
  const message = `Planning this operation took longer than ${timeoutMs} ms. ${LEVELS_REMEDY} The limit is the gateway's setting limits.planning.`;
  return new GatewayError('OPERATION_TOO_COSTLY', message);
}

function overloaded(): GatewayError {
  return new GatewayError(
    'OVERLOADED',
    'Too many operations that are hard to plan wait for their plans. Try again soon.',
  );
}
