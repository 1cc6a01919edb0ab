type Path = readonly (string | number)[];
type Branch = { readonly below: Map<string | number, Branch>; isEnd: boolean };

/** Paths of a response, looked up from their beginning: a thousand errors against forty thousand places. */
export class PathSet {
  readonly #root: Branch = { below: new Map(), isEnd: false };

  add(path: Path): void {
    let at = this.#root;
    for (const segment of path) {
      const next = at.below.get(segment) ?? { below: new Map(), isEnd: false };
      at.below.set(segment, next);
      at = next;
    }
    at.isEnd = true;
  }

  /** Whether one of the paths is a prefix of this one, or this one of it: an error at one explains a null at the other. */
  isRelated(path: Path): boolean {
    let at: Branch | undefined = this.#root;
    for (const segment of path) {
      if (at.isEnd) return true;
      at = at.below.get(segment);
      if (at === undefined) return false;
    }
    return at.isEnd || at.below.size > 0;
  }
}
