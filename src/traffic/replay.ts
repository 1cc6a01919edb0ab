import { readFile } from 'node:fs/promises';
import { GatewayError } from '../errors/gateway-error.ts';
import { type Problem, ProblemsError } from '../errors/problem.ts';
import type { RequestContext } from '../model/request-context.ts';
import type { SubscriptionEvent } from '../model/source.ts';
import { unlessCancelled } from '../model/unless-cancelled.ts';
import { toRecordedCall } from './recorded-call.ts';
import { fromRecorded } from './recorded-value.ts';
import { callerOf } from './recorder.ts';
import type { RecordedLine, Tape } from './tape.ts';

/** What was recorded of one call or subscription: once for each time it was made. */
type Takes<T> = { readonly all: T[]; next: number };

type RecordedStream = { readonly events: unknown[]; end: RecordedLine | undefined };

/**
 * Answers calls out of a recording: equal calls in the order in which they were recorded, the last one again when there
 * are no more. What was recorded for one caller alone is every caller's. Throws ProblemsError for what is no recording.
 */
export async function openReplay(file: string): Promise<Tape> {
  const lines = await readLines(file);
  const calls = new Library<RecordedLine>();
  const streams = new Map<number, RecordedStream>();
  const subscriptions = new Library<RecordedStream>();
  for (const line of lines) {
    if (line.stream === undefined) calls.add(line, line);
    else addEvent(line, line.stream, { streams, subscriptions });
  }
  return {
    isReplay: true,
    call: (_, service, { name, of }) => {
      const { name: call, toRecorded } = toRecordedCall(name);
      return async (request, context) => {
        const wanted = { service, call, request: toRecorded(of(request)), ...callerOf(context) };
        const found = calls.take(wanted) ?? unknownCall(wanted, file);
        if (found.failure !== undefined) throw toError(found.failure);
        // A value that was recorded as JSON has the type that the call then had.
        return fromRecorded(found.answer) as never;
      };
    },
    subscription: (_, service, operation) => {
      const { name, toRecorded } = toRecordedCall(operation);
      return ({ variables }, context) => {
        const wanted = { service, call: name, request: toRecorded(variables), ...callerOf(context) };
        return replayStream(subscriptions.take(wanted) ?? unknownCall(wanted, file), context);
      };
    },
    close: async () => {},
  };
}

function addEvent(
  line: RecordedLine,
  number: number,
  {
    streams,
    subscriptions,
  }: { readonly streams: Map<number, RecordedStream>; readonly subscriptions: Library<RecordedStream> },
): void {
  const known = streams.get(number);
  const stream = known ?? { events: [], end: undefined };
  if (known === undefined) {
    streams.set(number, stream);
    subscriptions.add(line, stream);
  }
  if (line.end === true || line.failure !== undefined) stream.end = line;
  else stream.events.push(line.event);
}

/** All events at once; then the end, if the service ended the stream, else nothing more until the client goes. */
async function* replayStream(
  { events, end }: RecordedStream,
  { cancellation }: RequestContext,
): AsyncGenerator<SubscriptionEvent> {
  for (const event of events) yield fromRecorded(event) as SubscriptionEvent;
  if (end?.failure !== undefined) throw toError(end.failure);
  if (end === undefined) await unlessCancelled(new Promise<never>(() => {}), cancellation).catch(() => {});
}

type Wanted = Pick<RecordedLine, 'service' | 'call' | 'request' | 'caller'>;

class Library<T> {
  /** By what was asked; then by who asked. */
  readonly #takes = new Map<string, Map<string, Takes<T>>>();

  add(asked: Wanted, take: T): void {
    const byCaller = this.#takes.get(toKey(asked)) ?? new Map<string, Takes<T>>();
    this.#takes.set(toKey(asked), byCaller);
    const takes = byCaller.get(asked.caller ?? '') ?? { all: [], next: 0 };
    byCaller.set(asked.caller ?? '', takes);
    takes.all.push(take);
  }

  take(wanted: Wanted): T | undefined {
    const byCaller = this.#takes.get(toKey(wanted));
    const [only] = byCaller?.size === 1 ? byCaller.values() : [];
    const takes = byCaller?.get(wanted.caller ?? '') ?? only;
    if (takes === undefined) return undefined;
    const take = takes.all[Math.min(takes.next, takes.all.length - 1)];
    takes.next += 1;
    return take;
  }
}

function toKey({ service, call, request }: Wanted): string {
  return JSON.stringify([service, call, request]);
}

function unknownCall({ service, call, request }: Wanted, file: string): never {
  throw new GatewayError('UPSTREAM_UNAVAILABLE', 'The recording has no answer to this call.', {
    service,
    detail: `${call} with ${JSON.stringify(request)} is not in ${file}: record it with "selvedge serve --record".`,
  });
}

function toError(failure: unknown): unknown {
  const error = fromRecorded(failure);
  return error instanceof Error ? error : new GatewayError('UPSTREAM_ERROR', 'The call failed when it was recorded.');
}

async function readLines(file: string): Promise<readonly RecordedLine[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const why = isMissing ? 'there is no such file' : error instanceof Error ? error.message : String(error);
    throw new ProblemsError([toProblem(`The recording ${file} can't be read: ${why}.`, [])]);
  });
  const problems: Problem[] = [];
  const lines = text.split('\n').flatMap((line, index): RecordedLine[] => {
    const parsed = line.trim() === '' ? null : parseLine(line);
    if (parsed === undefined)
      problems.push(toProblem('This is no line of a recording.', [{ file, line: index + 1, column: 1 }]));
    return parsed ? [parsed] : [];
  });
  if (problems.length > 0 && lines.length === 0)
    throw new ProblemsError([toProblem(`The file ${file} is no recording.`, [])]);
  if (problems.length > 0) throw new ProblemsError(problems.slice(0, 20));
  return lines;
}

function parseLine(text: string): RecordedLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { service, call } = value as Record<string, unknown>;
    return typeof service === 'string' && typeof call === 'string' ? (value as RecordedLine) : undefined;
  } catch {
    return undefined;
  }
}

function toProblem(message: string, places: Problem['places']): Problem {
  const remedy = 'Record anew with "selvedge serve --record FILE".';
  return { severity: 'error', code: 'RECORDING_INVALID', message, remedy, places };
}
