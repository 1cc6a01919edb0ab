const SLOW_MS = 1000;

/** Does the work; on a terminal, says what is being done when it takes longer than a second. */
export async function showProgress<T>(what: string, work: Promise<T>): Promise<T> {
  const { stderr } = process;
  if (!stderr.isTTY) return work;
  let shown = false;
  const timer = setTimeout(() => {
    shown = true;
    stderr.write(`${what} …`);
  }, SLOW_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    // Back to the line's beginning, and the line is cleared.
    if (shown) stderr.write('\r\u001b[K');
  }
}
