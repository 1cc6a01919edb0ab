import type { FetchRun, Path } from './fetch-run.ts';
import type { ObjectState } from './object-state.ts';
import type { Waiter } from './shared-call.ts';
import type { LoadOne } from './single-calls.ts';

/**
 * What waits for a call to fill in what it gives, now or once it is there. A failure, of the call or of taking what it
 * gave, is reported at the path, and something else stands in.
 */
export abstract class Filling implements Waiter {
  readonly run: FetchRun;
  readonly path: Path | undefined;

  constructor(run: FetchRun, path: Path | undefined) {
    this.run = run;
    this.path = path;
    run.begin();
  }

  protected abstract take(value: unknown): void;

  protected abstract standIn(): void;

  settle(value: unknown, failure: unknown): void {
    try {
      if (failure !== undefined) throw failure as Error;
      this.take(value);
    } catch (error) {
      this.run.report(error, this.path);
      this.#tryToStandIn();
    }
    this.run.end();
  }

  /** Whoever settles has others to tell: a failure to stand in fails the run, not them. */
  #tryToStandIn(): void {
    try {
      this.standIn();
    } catch (fault) {
      this.run.fail(fault);
    }
  }
}

/** A value that is put into its place when it is there. */
export class ValueFilling extends Filling {
  readonly #put: (value: unknown) => void;
  readonly #standIn: () => void;

  constructor(run: FetchRun, path: Path | undefined, put: (value: unknown) => void, standIn: () => void) {
    super(run, path);
    this.#put = put;
    this.#standIn = standIn;
  }

  protected take(value: unknown): void {
    this.#put(value);
  }

  protected standIn(): void {
    this.#standIn();
  }
}

/** Makes a call; what it throws before it has begun is its failure, too. */
export function load(loadOne: LoadOne, state: ObjectState, filling: Filling): void {
  try {
    loadOne(state, filling);
  } catch (error) {
    filling.settle(undefined, error);
  }
}
