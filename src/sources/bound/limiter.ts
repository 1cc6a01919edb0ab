/** Runs at most so many tasks at once; the others wait in order. */
export class Limiter {
  readonly #max: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** The task's own promise, where it need not wait: most need not. */
  run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.#max) return this.#start(task);
    return new Promise((resolve) => this.#waiting.push(() => resolve(this.#start(task))));
  }

  #start<T>(task: () => Promise<T>): Promise<T> {
    this.#running += 1;
    const running = tryToRun(task);
    running.then(this.#end, this.#end);
    return running;
  }

  readonly #end = (): void => {
    this.#running -= 1;
    this.#waiting.shift()?.();
  };
}

/** Whatever it throws is its promise's. */
function tryToRun<T>(task: () => Promise<T>): Promise<T> {
  try {
    return task();
  } catch (error) {
    return Promise.reject(error as Error);
  }
}
