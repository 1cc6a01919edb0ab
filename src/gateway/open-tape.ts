import { ProblemsError } from '../errors/problem.ts';
import type { Log } from '../observability/log.ts';
import { openRecorder } from '../traffic/recorder.ts';
import { openReplay } from '../traffic/replay.ts';
import type { Tape } from '../traffic/tape.ts';

export type TapeOptions = {
  /** A new file, into which every call of a service and its answer is written. */
  readonly record?: string | undefined;
  /** Such a file: it answers for the services, none of which is called. */
  readonly replay?: string | undefined;
};

/** What stands between the gateway and its services; undefined where nothing does. Throws ProblemsError. */
export async function openTape({ record, replay }: TapeOptions, log: Log): Promise<Tape | undefined> {
  if (record !== undefined && replay !== undefined)
    throw new ProblemsError([
      {
        severity: 'error',
        code: 'RECORDING_INVALID',
        message: 'Calls cannot be recorded and replayed at once.',
        remedy: 'Give one of the two files.',
        places: [],
      },
    ]);
  if (record !== undefined) return openRecorder(record, log);
  return replay === undefined ? undefined : openReplay(replay);
}
