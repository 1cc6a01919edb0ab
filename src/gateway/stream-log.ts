import type { Log } from '../observability/log.ts';

/**
 * Logs that streams of a service broke, and that all of them stand again or have been given up: once, however many they are.
 * What it gives back is called when the one stream is broken no longer.
 */
export function createStreamLog(log: Log): (subgraph: string, error: unknown) => () => void {
  const broken = new Map<string, number>();
  return (subgraph, error) => {
    const count = broken.get(subgraph) ?? 0;
    broken.set(subgraph, count + 1);
    if (count === 0) log('warn', 'A stream of a service broke, and is opened again', { subgraph, error });
    return () => {
      const left = (broken.get(subgraph) ?? 1) - 1;
      broken.set(subgraph, left);
      if (left === 0) log('info', 'No stream of the service is broken any more', { subgraph });
    };
  };
}
