import type { RequestContext } from '../../model/request-context.ts';
import { scoped } from '../../model/request-context.ts';

/**
 * What one subgraph's calls share within a request: each kind of call keeps its state under its own key. A mutation makes
 * all of it void, for what was read before may have changed.
 */
export class CallScope {
  readonly #states = new Map<object, unknown>();

  static of(context: RequestContext, subgraph: object): CallScope {
    return scoped(context, subgraph, () => new CallScope());
  }

  state<T>(key: object, create: () => T): T {
    if (!this.#states.has(key)) this.#states.set(key, create());
    // A key object belongs to one kind of call with one type of state.
    return this.#states.get(key) as T;
  }

  clear(): void {
    this.#states.clear();
  }
}
