import type { Cancellation } from './cancellation.ts';

/**
 * An iterator's items until it ends or is cancelled, at once also where it waits for an item that never comes. The
 * iterator is told to end, and not waited for.
 */
export async function* untilCancelled<T>(items: AsyncIterable<T>, cancellation: Cancellation): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = await nextOf(iterator, cancellation);
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    void end(iterator);
  }
}

/** One promise a step: racing all steps against one that lasts would keep every step alive. */
function nextOf<T>(iterator: AsyncIterator<T>, cancellation: Cancellation): Promise<IteratorResult<T>> {
  const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<T>>();
  const unhook = cancellation.onCancel(() => resolve({ done: true, value: undefined }));
  iterator.next().then(resolve, reject);
  return promise.finally(unhook);
}

async function end(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // Its consumer is gone: nobody is left to be told.
  }
}
