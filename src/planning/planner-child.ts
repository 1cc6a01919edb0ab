import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlanNode as NativeNode } from '@graphql-hive/router-query-planner';
import { GatewayError } from '../errors/gateway-error.ts';
import type { ChildReply, ChildRequest } from './plan-in-child.ts';

/** An operation for the native planner, and the overrides that it follows. */
type PlanQuestion = { readonly text: string; readonly labels: readonly string[]; readonly percent: number };

/** Asks the native planner, here or elsewhere. null: there is nothing to fetch. */
export type PlanNatively = (question: PlanQuestion) => Promise<NativeNode | null>;

/** The native planner in a process of its own, which can be ended whatever it does. */
export type PlannerChild = {
  /** Rejects if the process ends before. */
  readonly ready: Promise<void>;
  /** Rejects if the process ends: because of `end`, or by itself. */
  readonly plan: PlanNatively;
  readonly hasEnded: () => boolean;
  readonly end: () => void;
};

type Waiting = { readonly resolve: (node: NativeNode | null) => void; readonly reject: (error: Error) => void };

const CHILD = fileURLToPath(new URL(`./plan-in-child${path.extname(import.meta.filename)}`, import.meta.url));

/** Starts the process. It does not keep this one alive, and ends with it. */
export function startPlannerChild(sdl: string): PlannerChild {
  // One thread: what is asked of it together is planned one after the other. Nothing of this process's settings is its business.
  const child = fork(CHILD, {
    execArgv: [],
    env: { UV_THREADPOOL_SIZE: '1' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.unref();
  child.channel?.unref();
  const waiting = new Map<number, Waiting>();
  let ended = false;
  let lastId = 0;
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => undefined); // who waits for it is told; nobody may wait yet
  const fail = (error: Error): void => {
    ended = true;
    ready.reject(error);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  child.on('message', (reply: ChildReply) => {
    if (reply.kind === 'ready') return ready.resolve();
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (asked !== undefined) settle(asked, reply);
  });
  child.on('error', (error) => {
    fail(error);
    child.kill('SIGKILL');
  });
  child.on('exit', (code, signal) => fail(new Error(`the planner's process ended (${signal ?? `exit code ${code}`})`)));
  send(child, { kind: 'supergraph', sdl });
  return {
    ready: ready.promise,
    hasEnded: () => ended,
    plan: (question) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(new Error("the planner's process has ended"));
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        send(child, { kind: 'plan', id: lastId, ...question });
      }),
    end: () => {
      fail(new Error("the planner's process was ended"));
      child.kill('SIGKILL');
    },
  };
}

/** What goes wrong with it is told by `error` or `exit`. */
function send(child: ChildProcess, request: ChildRequest): void {
  child.send(request, (error) => void (error && child.kill('SIGKILL')));
}

function settle({ resolve, reject }: Waiting, reply: Exclude<ChildReply, { readonly kind: 'ready' }>): void {
  switch (reply.kind) {
    case 'planned':
      return resolve(JSON.parse(reply.json) as NativeNode | null);
    case 'failed':
      return reject(new Error(reply.message));
    case 'too-large':
      return reject(
        new GatewayError('OPERATION_TOO_COSTLY', `The plan of this operation is too large. ${LEVELS_REMEDY}`),
      );
  }
}

/** What a client can do about an operation that is hard to plan. */
export const LEVELS_REMEDY =
  'Ask for fewer levels of fields on interfaces and unions, or name the types that you want in fragments.';
