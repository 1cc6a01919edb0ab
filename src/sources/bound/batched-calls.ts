import DataLoader from 'dataloader';
import { type RequestContext, scoped } from '../../model/request-context.ts';
import { NOT_FOUND } from './binding-client.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { type Fields, isFields, type ReadField } from './read-field.ts';
import type { ToRoots } from './request-roots.ts';
import type { SendCall } from './send-call.ts';

export type BatchSettings = {
  readonly coordinate: string;
  readonly max: number;
  /** Fields of the parent or key that go into a call, each as a list. */
  readonly names: readonly string[];
  /** Which of them an item of the answer is matched by, and where it bears them. */
  readonly matches: readonly { readonly name: string; readonly read: ReadField }[];
  /** The field is a list: all items of a key are its value, instead of the first. */
  readonly isGrouped: boolean;
};

/** Gives the item (null if there is none) or the items that belong to the parent's values. */
export type LoadOne = (args: Fields, parent: Fields, context: RequestContext) => Promise<unknown>;

type Loader = DataLoader<Fields, unknown, string>;

/** Gathers what a request asks for in one turn into calls of at most `max` keys; each key is asked for once. */
export function createBatchedCalls(settings: BatchSettings, send: SendCall, toRoots: ToRoots): LoadOne {
  const key = {};
  return (args, parent, context) => {
    const loaders = scoped(context, key, () => new Map<string, Loader>());
    const id = JSON.stringify(args);
    const loader =
      loaders.get(id) ??
      createLoader(settings, (parents) => send(toRoots(args, toLists(settings, parents), context), context));
    loaders.set(id, loader);
    return loader.load(parent);
  };
}

function createLoader(settings: BatchSettings, send: (parents: readonly Fields[]) => Promise<unknown>): Loader {
  return new DataLoader(
    async (parents) => {
      const found = toIndex(settings, await send(parents));
      return parents.map((parent) => found(toMatchKey(settings.matches.map(({ name }) => parent[name]))));
    },
    { maxBatchSize: settings.max, cacheKeyFn: (parent) => JSON.stringify(settings.names.map((name) => parent[name])) },
  );
}

function toLists({ names }: BatchSettings, parents: readonly Fields[]): Fields {
  return Object.fromEntries(names.map((name) => [name, parents.map((parent) => parent[name] ?? null)]));
}

/** Items by what they bear, never by where they stand. Throws UPSTREAM_BAD_RESPONSE where that can't be told. */
function toIndex({ coordinate, matches, isGrouped }: BatchSettings, answer: unknown): (key: string) => unknown {
  if (!Array.isArray(answer))
    throw unusableAnswer(`${coordinate}: a list was expected for a batch, not ${describe(answer)}.`);
  const groups = new Map<string, unknown[]>();
  for (const item of answer as readonly unknown[]) {
    if (item === null) continue;
    const key = toMatchKey(readMatch(item, matches, coordinate));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return isGrouped ? (key) => groups.get(key) ?? [] : (key) => groups.get(key)?.[0] ?? null;
}

function readMatch(item: unknown, matches: BatchSettings['matches'], coordinate: string): readonly unknown[] {
  if (!isFields(item)) throw unusableAnswer(`${coordinate}: an item of the batch is ${describe(item)}, not an object.`);
  return matches.map(({ name, read }) => {
    const value = read(item);
    if (value === undefined || value === null)
      throw unusableAnswer(`${coordinate}: an item of the batch has no "${name}" to match by.`);
    return value;
  });
}

/** 5 and "5" are one key: services differ in how they write an ID. */
function toMatchKey(values: readonly unknown[]): string {
  const texts = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return texts.length === 1 ? (texts[0] ?? '') : JSON.stringify(texts);
}

function describe(value: unknown): string {
  if (value === NOT_FOUND) return 'that there is none';
  if (value === undefined || value === null) return 'nothing';
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}
