/**
 * Loads once and keeps what it got. After a failure the next one who asks makes it try again, but not sooner than
 * `restMs` after: until then the failure is told again.
 */
export function reloadAfterFailure<T>(load: () => Promise<T>, restMs: number): () => Promise<T> {
  let current: Promise<T> | undefined;
  let failedAtMs: number | undefined;
  return () => {
    if (current !== undefined && (failedAtMs === undefined || performance.now() - failedAtMs < restMs)) return current;
    failedAtMs = undefined;
    current = load();
    current.catch(() => {
      failedAtMs = performance.now();
    });
    return current;
  };
}
