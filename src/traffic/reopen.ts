import { eventsLost } from '../errors/events-lost.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { OpenSubscription, SubscriptionEvent } from '../model/source.ts';
import { startStream } from '../model/started-stream.ts';
import { backoff, type BackoffSettings, pause, toRetryCause } from './retry.ts';

export type ReopenSettings = BackoffSettings & {
  readonly subgraph: string;
  /** How long a stream that broke is opened again and again. */
  readonly forMs: number;
  /** Told of each break; what it gives back is called when the stream stands again, or is given up. */
  readonly onBreak: (error: unknown) => () => void;
};

/** A stream that has stood for so long is sound again: its next break is its first. */
const SOUND_MS = 10_000;

/**
 * Opens a subscription's stream again when it breaks: behind its last event where the source has cursors. Else what came
 * meanwhile is lost, and an event that says so is the first of the new stream.
 */
export function reopen(open: OpenSubscription, settings: ReopenSettings): OpenSubscription {
  return async function* openSubscription(call, context) {
    const breaks = new Breaks(settings);
    const { cancellation } = context;
    let { after } = call;
    try {
      for (let isAgain = false; !cancellation.cancelled || !isAgain; isAgain = true) {
        const openStream: OpenStream = (onOpened) => open({ ...call, after, opening: { isAgain, onOpened } }, context);
        try {
          const lost = isAgain && after === undefined ? eventsLost(settings.subgraph) : undefined;
          for await (const event of readStream(openStream, () => breaks.end(), lost)) {
            after = event.cursor ?? after;
            yield event;
          }
          return;
        } catch (error) {
          const delayMs = cancellation.cancelled ? undefined : breaks.begin(error);
          if (delayMs === undefined) throw error;
          await pause(delayMs, [cancellation], settings.clock);
        }
      }
    } finally {
      breaks.end();
    }
  };
}

type OpenStream = (onOpened: () => void) => AsyncIterable<SubscriptionEvent>;

/** The stream's events, behind the one that says that some are lost, if they are: as soon as it stands. */
async function* readStream(
  open: OpenStream,
  onOpened: () => void,
  lost: GatewayError | undefined,
): AsyncGenerator<SubscriptionEvent> {
  const opened = Promise.withResolvers<void>();
  const stream = open(() => {
    onOpened();
    opened.resolve();
  });
  const { first, items } = startStream(stream);
  if (lost !== undefined && (await isOpened(opened.promise, first))) yield { data: null, errors: [lost] };
  yield* items;
}

/** False where the service has refused the stream, by an error or by a first event, or says that there is no more. */
function isOpened(opened: Promise<void>, first: Promise<unknown>): Promise<boolean> {
  const refused = (): boolean => false;
  return Promise.race([opened.then(() => true), first.then(refused, refused)]);
}

/** How often a stream has broken since it was last sound. */
class Breaks {
  readonly #settings: ReopenSettings;
  #count = 0;
  #firstAtMs = 0;
  #openedAtMs: number | undefined;
  #mended: (() => void) | undefined;

  constructor(settings: ReopenSettings) {
    this.#settings = settings;
  }

  /** The stream stands; or nobody wants it any more. */
  end(): void {
    this.#openedAtMs ??= this.#settings.clock.now();
    this.#mended?.();
    this.#mended = undefined;
  }

  /** How long to wait before the stream is opened again; undefined if it must not be. */
  begin(error: unknown): number | undefined {
    const { clock, forMs, onBreak } = this.#settings;
    const openedAtMs = this.#openedAtMs;
    this.#openedAtMs = undefined;
    const wasOpen = openedAtMs !== undefined || this.#count > 0;
    if (!wasOpen || !this.#mayMend(error)) return undefined;
    if (openedAtMs !== undefined && clock.now() - openedAtMs >= SOUND_MS) this.#count = 0;
    if (this.#count === 0) this.#firstAtMs = clock.now();
    this.#count += 1;
    const delayMs = (error.retryAfterMs ?? 0) + backoff(this.#count, this.#settings);
    if (clock.now() + delayMs - this.#firstAtMs > forMs) return undefined;
    this.#mended ??= onBreak(error);
    return delayMs;
  }

  #mayMend(error: unknown): error is GatewayError {
    if (!(error instanceof GatewayError) || error.retry === 'final') return false;
    const { on } = this.#settings;
    return on === undefined || on.includes(toRetryCause(error));
  }
}
