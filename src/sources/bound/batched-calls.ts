import { type RequestContext, scoped } from '../../model/request-context.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { NOT_FOUND } from './binding-client.ts';
import { type Fields, isFields, type ReadField } from './read-field.ts';
import type { ToRoots } from './request-roots.ts';
import type { SendCall } from './send-call.ts';
import { follow, SharedCall } from './shared-call.ts';
import type { ParentValues } from './parent-values.ts';
import type { OpenCalls } from './single-calls.ts';
import { toIdentity } from './value-identity.ts';

export type BatchSettings = {
  readonly coordinate: string;
  readonly max: number;
  /** Fields of the parent or key that go into a call, each as a list. */
  readonly names: readonly string[];
  /** Which of them an item of the answer is matched by, and where it bears them. */
  readonly matches: readonly { readonly name: string; readonly read: ReadField }[];
  /** The call's message names the keys one by one. */
  readonly takesKeys: boolean;
  /** The field is a list: all items of a key are its value, instead of the first. */
  readonly isGrouped: boolean;
};

type Match = BatchSettings['matches'][number];

type BatchCalls = { readonly parent: ParentValues; readonly send: SendCall; readonly toRoots: ToRoots };

type Asked = { readonly parent: Fields; readonly call: SharedCall };

/** What a request asks for with the same arguments: each key once, and those that have not been sent yet. */
type Gathering = { readonly known: Map<unknown, SharedCall>; open: Asked[] };

/**
 * Gathers what a request asks for in one turn into calls of at most `max` keys; each key is asked for once. Gives the item
 * (null if there is none) or the items that belong to the parent's values; null where it has none to ask by.
 */
export function createBatchedCalls(settings: BatchSettings, { parent, send, toRoots }: BatchCalls): OpenCalls {
  const key = {};
  const create = () => new Map<string, Gathering>();

  function dispatch(gathering: Gathering, args: Fields, context: RequestContext): void {
    const { open } = gathering;
    gathering.open = [];
    for (let start = 0; start < open.length; start += settings.max)
      sendBatch(open.slice(start, start + settings.max), args, context);
  }

  function sendBatch(asked: readonly Asked[], args: Fields, context: RequestContext): void {
    const parents = asked.map((one) => one.parent);
    const roots = toRoots(args, toLists(settings, parents), context);
    const answer = send(settings.takesKeys ? { ...roots, keys: toKeys(settings, parents) } : roots, context);
    const finding = answer.then((items) => toIndex(settings, items));
    follow(finding, {
      settle: (find, failure) => {
        const found = find as ReturnType<typeof toIndex> | undefined;
        for (const one of asked) one.call.settle(found?.(one.parent), failure);
      },
    });
  }

  return (args, context) => {
    const gathering = gatheringOf(toIdentity(args), scoped(context, key, create));
    return (state, waiter) => {
      const parentId = parent.identify(state);
      if (parentId === null) return waiter.settle(null, undefined);
      let call = gathering.known.get(parentId);
      if (call === undefined) {
        const asked = { parent: parent.read(state), call: new SharedCall() };
        gathering.known.set(parentId, (call = asked.call));
        if (gathering.open.length === 0) atEndOfTurn(dispatch.bind(undefined, gathering, args, context));
        gathering.open.push(asked);
      }
      call.wait(waiter);
    };
  };
}

function gatheringOf(id: string, all: Map<string, Gathering>): Gathering {
  const known = all.get(id);
  if (known !== undefined) return known;
  const gathering = { known: new Map<unknown, SharedCall>(), open: [] };
  all.set(id, gathering);
  return gathering;
}

/** When all that is settled now has asked for what it leads to (https://github.com/graphql/dataloader#batch-scheduling). */
function atEndOfTurn(dispatch: () => void): void {
  void Promise.resolve().then(() => process.nextTick(dispatch));
}

function toLists({ names }: BatchSettings, parents: readonly Fields[]): Fields {
  return Object.fromEntries(names.map((name) => [name, parents.map((parent) => parent[name] ?? null)]));
}

function toKeys({ matches }: BatchSettings, parents: readonly Fields[]): readonly Fields[] {
  return parents.map((parent) => Object.fromEntries(matches.map(({ name }) => [name, parent[name] ?? null])));
}

/** Items by what they bear, never by where they stand. Throws UPSTREAM_BAD_RESPONSE where that can't be told. */
function toIndex({ coordinate, matches, isGrouped }: BatchSettings, answer: unknown): (parent: Fields) => unknown {
  if (!Array.isArray(answer))
    throw unusableAnswer(`${coordinate}: a list was expected for a batch, not ${describe(answer)}.`);
  const groups = new Map<string, unknown[]>();
  for (const item of answer as readonly unknown[]) {
    if (item === null) continue;
    const key = toMatchKey(matches, (match) => readMatch(item, match, coordinate));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return (parent) => {
    const group = groups.get(toMatchKey(matches, ({ name }) => parent[name]));
    return isGrouped ? (group ?? []) : (group?.[0] ?? null);
  };
}

function readMatch(item: unknown, { name, read }: Match, coordinate: string): unknown {
  if (!isFields(item)) throw unusableAnswer(`${coordinate}: an item of the batch is ${describe(item)}, not an object.`);
  const value = read(item);
  if (value === undefined || value === null)
    throw unusableAnswer(`${coordinate}: an item of the batch has no "${name}" to match by.`);
  return value;
}

/** 5 and "5" are one key: services differ in how they write an ID. */
function toMatchKey(matches: readonly Match[], read: (match: Match) => unknown): string {
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return toText(read(only)) ?? '';
  return JSON.stringify(matches.map((match) => toText(read(match))));
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function describe(value: unknown): string {
  if (value === NOT_FOUND) return 'that there is none';
  if (value === undefined || value === null) return 'nothing';
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}
