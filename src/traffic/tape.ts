import type { CallIdentity, Send } from '../model/call.ts';
import type { OpenSubscription } from '../model/source.ts';

/**
 * Stands between the gateway and all its services, to record what they answer or to answer for them. Outermost of a
 * call's policies: what is recorded is what came of all attempts.
 */
export type Tape = {
  /** Answers for the services: nothing is connected. */
  readonly isReplay: boolean;
  readonly call: <Request, Answer>(
    send: Send<Request, Answer>,
    subgraph: string,
    identity: CallIdentity<Request>,
  ) => Send<Request, Answer>;
  /** `operation` is the whole operation's text. */
  readonly subscription: (open: OpenSubscription, subgraph: string, operation: string) => OpenSubscription;
  /** Resolves when all is on the disk. */
  readonly close: () => Promise<void>;
};

/** A line of a recording. `caller` is the `sub` of the caller's token; an answer and a failure are as `toRecorded` makes them. */
export type RecordedLine = {
  readonly service: string;
  readonly call: string;
  readonly request: unknown;
  readonly caller?: string | undefined;
  readonly ms?: number | undefined;
  readonly answer?: unknown;
  readonly failure?: unknown;
  /** Of a subscription: its number in the file, then an event or its end. */
  readonly stream?: number | undefined;
  readonly event?: unknown;
  readonly end?: true | undefined;
};
