import type { GatewayError } from '../errors/gateway-error.ts';

type Path = readonly (string | number)[];

/** Where the response lacks something, and why. `path` is the client's; `places` tells how many it stands for, if several. */
export type Failure = { readonly path: Path; readonly error: GatewayError; readonly places?: number };

/** Failures kept one by one: many more than are shown. */
const KEPT = 100;

type Others = { path: Path; readonly error: GatewayError; places: number };

/**
 * What failed in one fetch, or at one place of the selection. Of more than a hundred, the rest is counted under the path
 * that they have in common, by the root field: a service that gets forty thousand places wrong costs milliseconds then.
 */
export class Failures {
  readonly #kept: Failure[] = [];
  readonly #keys = new Set<string>();
  readonly #others = new Map<string | number | undefined, Others>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** What the first says. */
  get first(): GatewayError | undefined {
    return this.#kept[0]?.error;
  }

  /** Further ones are only counted. */
  get isFull(): boolean {
    return this.#kept.length >= KEPT;
  }

  /** One path may fail several times for the same reason, under fragments: that is one failure. */
  add(path: Path, error: GatewayError): void {
    this.#count += 1;
    if (this.isFull) return this.#sumUp(path, error);
    const key = JSON.stringify([path, error.code, error.message]);
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    this.#kept.push({ path, error });
  }

  list(): readonly Failure[] {
    return [...this.#kept, ...this.#others.values()];
  }

  #sumUp(path: Path, error: GatewayError): void {
    const others = this.#others.get(path[0]);
    if (others === undefined) this.#others.set(path[0], { path, error, places: 1 });
    else {
      others.path = commonPath(others.path, path);
      others.places += 1;
    }
  }
}

/** What both begin with: the first itself, where that is all of it. */
export function commonPath(one: Path, other: Path): Path {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length === one.length ? one : one.slice(0, length);
}
