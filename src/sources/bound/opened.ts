import type { FetchRun, Path } from './fetch-run.ts';
import type { ObjectState } from './object-state.ts';

/** An object of a fetch's answer that lacks what a call gives. */
export type Lacking = {
  readonly out: Record<string, unknown>;
  readonly state: ObjectState;
  readonly path: Path | undefined;
};

/** What makes the calls of a run: what they have in common is looked up once. */
export type Asking = (run: FetchRun) => (lacking: Lacking) => void;

/** What generated code has left open: its call is made once the value that it stands in is in its place. */
export type Opened = Lacking & { readonly asking: Asking };

export function askAll(opened: readonly Opened[], run: FetchRun): void {
  let last: Asking | undefined;
  let ask: ReturnType<Asking> = () => {};
  for (const one of opened) {
    if (one.asking !== last) ask = one.asking(run);
    last = one.asking;
    ask(one);
  }
}
