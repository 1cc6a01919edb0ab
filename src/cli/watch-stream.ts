import { GatewayError } from '../errors/gateway-error.ts';
import type { StreamWatch } from '../gateway/call-bound-field.ts';
import { Cancellation } from '../model/cancellation.ts';
import type { WireEvent } from '../model/call.ts';
import { describeError, explainError, printMapped, printService, round, toCallFailure } from './print-call.ts';
import { printWire, toShownWire } from './print-wire.ts';
import { stopSignal } from './stop-signal.ts';
import { printable, type Terminal } from './terminal.ts';

type WatchOptions = { readonly events?: number; readonly json?: true };

/** Shows what is sent, and each event with what becomes of it as it comes: so many of them, or until Ctrl-C. */
export async function watchStream(
  open: (watch: StreamWatch) => Promise<void>,
  terminal: Terminal,
  { events: wanted = 1, json }: WatchOptions,
): Promise<void> {
  const cancellation = new Cancellation();
  void stopSignal().then(() => cancellation.cancel());
  const startMs = performance.now();
  const show = (text: readonly string[]): void => terminal.print(`${printable(text.join('\n\n'))}\n\n`);
  const onWire = (event: WireEvent): void => {
    const shown = toShownWire(event);
    if (json) terminal.printJsonLine({ wire: shown });
    else show([printWire(shown)]);
  };
  let seen = 0;
  let failure: GatewayError | undefined;
  try {
    await open({
      cancellation,
      onWire,
      onStart: ({ name, url }) => (json ? terminal.printJsonLine({ subgraph: name }) : show([printService(name, url)])),
      onEvent: ({ raw, cursor, value, errors }) => {
        seen += 1;
        failure ??= errors[0];
        const ms = round(performance.now() - startMs);
        const body = raw instanceof Error ? undefined : raw;
        const event = toShownWire({ direction: 'received', line: `event ${seen}`, headers: { cursor }, body });
        if (json) terminal.printJsonLine({ event: event.body, cursor, value, errors: errors.map(describeError), ms });
        else show([printWire(event), ...printMapped({ value, errors }), `${ms} ms`]);
        if (seen >= wanted) cancellation.cancel();
      },
    });
  } catch (error) {
    throw error instanceof GatewayError ? toCallFailure(error, { said: explainError(error) }) : error;
  }
  if (seen < wanted && !cancellation.cancelled) terminal.say(`The stream has ended after ${seen} of ${wanted} events.`);
  if (failure !== undefined) throw toCallFailure(failure);
}
