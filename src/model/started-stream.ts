/** A stream whose first item has been asked for before anybody reads it. */
export type StartedStream<T> = {
  readonly first: Promise<IteratorResult<T>>;
  /** All of its items, the first one included. To be read to its end, or left. */
  readonly items: AsyncGenerator<T>;
};

export function startStream<T>(stream: AsyncIterable<T>): StartedStream<T> {
  const iterator = stream[Symbol.asyncIterator]();
  const first = iterator.next();
  first.catch(() => {}); // whoever reads the items is told
  return { first, items: readOn(first, iterator) };
}

async function* readOn<T>(first: Promise<IteratorResult<T>>, iterator: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    for (let step = await first; step.done !== true; step = await iterator.next()) yield step.value;
  } finally {
    await iterator.return?.();
  }
}
