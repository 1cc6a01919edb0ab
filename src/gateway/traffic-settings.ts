import type { Config } from '../config/schema.ts';

/** The nearest setting wins: the subgraph's own, then the one for all. Durations are milliseconds. */
export function trafficOf({ traffic }: Config, name: string) {
  const own = traffic.subgraphs?.[name];
  const retry = { ...traffic.all?.retry, ...own?.retry };
  return {
    timeoutMs: own?.timeout ?? traffic.all?.timeout,
    retry: { attempts: retry.attempts, backoffMs: retry.backoff, maxBackoffMs: retry.maxBackoff },
  };
}

/** The most that is read of one of the subgraph's answers; undefined for the default. */
export function answerBytesOf({ traffic }: Config, name: string): number | undefined {
  return traffic.subgraphs?.[name]?.answerBytes ?? traffic.all?.answerBytes;
}
