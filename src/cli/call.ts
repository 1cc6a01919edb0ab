import { Command, InvalidArgumentError } from 'commander';
import type { BoundFieldAnswer } from '../gateway/call-bound-field.ts';
import type { BoundCall } from '../gateway/read-bound-call.ts';
import { CommandFailure } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';
import { loadSettings } from './load-settings.ts';
import { describeError, printMapped, printService, round, toCallFailure } from './print-call.ts';
import { printWire, toShownWire } from './print-wire.ts';
import { printable, type Terminal } from './terminal.ts';
import { watchStream } from './watch-stream.ts';

type Fields = Readonly<Record<string, unknown>>;

type Options = {
  readonly args: Fields;
  readonly this: Fields;
  readonly claims?: Fields;
  readonly header: ReadonlyMap<string, string>;
  readonly subgraph?: string;
  readonly config?: string;
  readonly events?: number;
  readonly json?: true;
};

/** `selvedge call`: one bound field against its service. */
export function callCommand(terminal: Terminal): Command {
  return new Command('call')
    .description('run one bound field against its service: what is sent, what comes back, what becomes of it')
    .argument('<coordinate>', 'Type.field, or the Type of an entity that has a call')
    .option('--args <json>', 'the field’s arguments', parseObject, {})
    .option('--this <json>', 'the parent’s fields, or the entity’s key', parseObject, {})
    .option('--claims <json>', 'the claims of the caller’s token; without them the caller is anonymous', parseObject)
    .option('--header <name: value>', 'a header of the caller’s request; may be given again', addHeader, new Map())
    .option('--subgraph <name>', 'which subgraph’s call, where several give the field')
    .option(
      '--events <count>',
      'of a field of Subscription: how many events to wait for (1); Ctrl-C ends it, too',
      parseCount,
    )
    .option('-c, --config <file>', 'config file')
    .option('--json', 'print all of it as JSON; of a field of Subscription, a line for each event')
    .action(async (coordinate: string, options: Options) => {
      const isStream = coordinate.startsWith('Subscription.');
      if (!isStream && options.events !== undefined)
        throw new CommandFailure(EXIT.wrongCall, `--events is for fields of Subscription: ${coordinate} is one call.`);
      const [{ config }, { callBoundField, streamBoundField }] = await Promise.all([
        loadSettings({ config: options.config }),
        import('../gateway/call-bound-field.ts'),
      ]);
      const call = toCall(coordinate, options);
      if (isStream) return watchStream((watch) => streamBoundField(config, call, watch), terminal, options);
      const answer = await callBoundField(config, call);
      if (options.json) terminal.printJson(toJson(answer));
      else terminal.print(printable(printAnswer(answer)));
      const [error] = answer.errors;
      if (error !== undefined) throw toCallFailure(error, { isInResult: options.json });
    });
}

function toCall(coordinate: string, options: Options): BoundCall {
  const { args, this: parent, claims, header, subgraph } = options;
  return {
    coordinate,
    args,
    parent,
    subgraph,
    caller: claims === undefined ? { kind: 'anonymous' } : { kind: 'authenticated', claims, scopes: new Set() },
    header: (name) => header.get(name) ?? null,
  };
}

function toJson({ subgraph, wire, value, errors, ms }: BoundFieldAnswer): object {
  return { subgraph, wire: wire.map(toShownWire), value, errors: errors.map(describeError), ms: round(ms) };
}

function printAnswer({ subgraph, url, wire, value, errors, ms }: BoundFieldAnswer): string {
  const parts = wire.map((event) => printWire(toShownWire(event)));
  return [printService(subgraph, url), ...parts, ...printMapped({ value, errors }), `${round(ms)} ms`].join('\n\n');
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('Expected a whole number of at least 1.');
}

function parseObject(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  } catch {
    // The same is to be said of it.
  }
  throw new InvalidArgumentError('Expected a JSON object, like \'{"sku": "SKU-1"}\'.');
}

function addHeader(text: string, headers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [, name, value] = /^([^\s:]+):\s*(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Expected "name: value".');
  return new Map([...headers, [name.toLowerCase(), value]]);
}
