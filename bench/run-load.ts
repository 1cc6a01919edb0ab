import { isDeepStrictEqual } from 'node:util';
import { type HttpAnswer, LoadConnection } from './load-connection.ts';

export type LoadOptions = {
  readonly port: number;
  readonly path: string;
  readonly query: string;
  /** What every answer must be equal to, as JSON. */
  readonly expected: unknown;
  readonly connections: number;
  /** No request is sent after this time; those on their way are waited for. */
  readonly durationMs: number;
  /** How long the last ones are waited for. */
  readonly drainMs: number;
};

export type LoadResult = {
  /** Requests that were answered right. */
  readonly completed: number;
  readonly failed: number;
  /** What was wrong with the first that failed. */
  readonly failure: string | null;
  /** From the first request to the last answer. */
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

/** Bodies that were compared as JSON once are compared by their bytes from then on. */
const MAX_VERIFIED = 8;
/** More failures say nothing new, and a gateway that refuses at once would be asked without end. */
const MAX_FAILURES = 50;

/** Keeps each connection busy for the time given, then drains. Every answer is compared. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const check = createCheck(options.expected);
  const request = toRequest(options);
  const latencies: number[] = [];
  const failures: string[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + options.durationMs;

  async function keepBusy(connection: LoadConnection): Promise<void> {
    do {
      const sentAt = performance.now();
      const wrong = await connection.send(request).then(check, (error: unknown) => String(error));
      if (wrong === null) latencies.push(performance.now() - sentAt);
      else failures.push(wrong);
    } while (performance.now() < endsAt && failures.length < MAX_FAILURES);
  }

  const connections = Array.from({ length: options.connections }, () => new LoadConnection(options.port));
  const closeAll = (): void => connections.forEach((connection) => connection.close());
  const limit = setTimeout(closeAll, options.durationMs + options.drainMs);
  try {
    await Promise.all(connections.map(keepBusy));
  } finally {
    clearTimeout(limit);
    closeAll();
  }
  latencies.sort((left, right) => left - right);
  return {
    completed: latencies.length,
    failed: failures.length,
    failure: failures[0] ?? null,
    elapsedMs: performance.now() - startedAt,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}

function toRequest({ query, path }: LoadOptions): Buffer {
  const body = JSON.stringify({ query });
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\naccept: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** null, or what is wrong with an answer. */
function createCheck(expected: unknown): (answer: HttpAnswer) => string | null {
  const verified: Buffer[] = [];
  return ({ status, body }) => {
    if (verified.some((known) => known.equals(body)) && status === 200) return null;
    const excerpt = body.toString('utf8', 0, 300);
    if (status !== 200) return `HTTP ${status}: ${excerpt}`;
    if (!isExpected(body, expected)) return `Another answer than expected: ${excerpt}`;
    if (verified.length < MAX_VERIFIED) verified.push(Buffer.from(body));
    return null;
  };
}

/** `extensions` may say more; `data` and the absence of errors must be as expected. */
function isExpected(body: Buffer, expected: unknown): boolean {
  try {
    const { extensions: _, ...answer } = JSON.parse(body.toString()) as Record<string, unknown>;
    return isDeepStrictEqual(answer, expected);
  } catch {
    return false;
  }
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
