import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { ProblemsError } from '../errors/problem.ts';
import type { RequestContext } from '../model/request-context.ts';
import type { Log } from '../observability/log.ts';
import { toRecordedCall } from './recorded-call.ts';
import type { RecordedLine, Tape } from './tape.ts';

/** Records every call into a new file, a JSON text a line. Throws ProblemsError where there is one already, or it can't be made. */
export async function openRecorder(file: string, log: Log): Promise<Tape> {
  const stream = await openFile(file);
  let failed = false;
  let streams = 0;
  stream.on('error', (error) => {
    if (!failed) log('error', `The recording ${file} is not complete`, { error });
    failed = true;
  });

  function write(line: RecordedLine): void {
    try {
      if (!failed) stream.write(`${JSON.stringify(line)}\n`);
    } catch (error) {
      log('warn', `A call of "${line.service}" could not be recorded`, { error });
    }
  }

  return {
    isReplay: false,
    call: (send, service, identity) => {
      const { name, toRecorded } = toRecordedCall(identity.name);
      return async (request, context) => {
        const startMs = performance.now();
        const head = { service, call: name, request: toRecorded(identity.of(request)), ...callerOf(context) };
        const ms = () => Math.round((performance.now() - startMs) * 10) / 10;
        try {
          const answer = await send(request, context);
          write({ ...head, ms: ms(), answer: toRecorded(answer) });
          return answer;
        } catch (error) {
          write({ ...head, ms: ms(), failure: toRecorded(error) });
          throw error;
        }
      };
    },
    subscription: (open, service, operation) => {
      const { name, toRecorded } = toRecordedCall(operation);
      return async function* recordEvents(call, context) {
        const request = toRecorded(call.variables);
        const head = { service, call: name, request, ...callerOf(context), stream: ++streams };
        try {
          for await (const event of open(call, context)) {
            write({ ...head, event: toRecorded(event) });
            yield event;
          }
          if (!context.cancellation.cancelled) write({ ...head, end: true });
        } catch (error) {
          write({ ...head, failure: toRecorded(error) });
          throw error;
        }
      };
    },
    close: async () => {
      stream.end();
      await finished(stream).catch(() => {}); // what went wrong has been logged
      if (stream.bytesWritten === 0) await rm(file, { force: true });
    },
  };
}

/** Nobody but its owner may read it: answers are what they are. */
async function openFile(file: string): Promise<WriteStream> {
  const stream = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  try {
    await once(stream, 'open');
    return stream;
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const why = exists
      ? 'is there already'
      : `can't be written: ${error instanceof Error ? error.message : String(error)}`;
    throw new ProblemsError([
      {
        severity: 'error',
        code: 'RECORDING_INVALID',
        message: `The recording ${file} ${why}.`,
        remedy: exists
          ? 'Name another file, or move that one away.'
          : 'Name a file in a folder that can be written to.',
        places: [],
      },
    ]);
  }
}

/** Whose call it was, as far as a later run can know it again. */
export function callerOf({ caller }: RequestContext): { readonly caller?: string } {
  const sub = caller.kind === 'authenticated' ? caller.claims['sub'] : undefined;
  return typeof sub === 'string' ? { caller: sub } : {};
}
