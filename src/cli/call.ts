import { Command, InvalidArgumentError } from 'commander';
import type { GatewayError } from '../errors/gateway-error.ts';
import type { BoundFieldAnswer, BoundFieldCall } from '../gateway/call-bound-field.ts';
import { CommandFailure } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';
import { loadSettings } from './load-settings.ts';
import { printWire, toShownWire } from './print-wire.ts';
import { printable, type Terminal } from './terminal.ts';

type Fields = Readonly<Record<string, unknown>>;

type Options = {
  readonly args: Fields;
  readonly this: Fields;
  readonly claims?: Fields;
  readonly header: ReadonlyMap<string, string>;
  readonly subgraph?: string;
  readonly config?: string;
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
    .option('-c, --config <file>', 'config file')
    .option('--json', 'print all of it as JSON')
    .action(async (coordinate: string, options: Options) => {
      const [{ config }, { callBoundField }] = await Promise.all([
        loadSettings({ config: options.config }),
        import('../gateway/call-bound-field.ts'),
      ]);
      const answer = await callBoundField(config, toCall(coordinate, options));
      if (options.json) terminal.printJson(toJson(answer));
      else terminal.print(printable(printAnswer(answer)));
      const [error] = answer.errors;
      if (error !== undefined) throw toFailure(error);
    });
}

function toCall(coordinate: string, options: Options): BoundFieldCall {
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
  const result = `= ${JSON.stringify(value, null, 2)}`;
  const faults = errors.map(describeError).map(({ code, message, detail }) => `! ${code}  ${message} ${detail ?? ''}`);
  return [`${subgraph}  ${withoutCredentials(url)}`, ...parts, result, ...faults, `${round(ms)} ms`].join('\n\n');
}

function describeError({ code, message, path, detail }: GatewayError) {
  return { code, message, path, detail };
}

/** The service's trouble is outside; what it refuses for its input's sake is the input's. */
function toFailure({ code, message }: GatewayError): CommandFailure {
  const isInput = ['BAD_USER_INPUT', 'FORBIDDEN', 'UNAUTHENTICATED'].includes(code);
  return new CommandFailure(isInput ? EXIT.wrongInput : EXIT.outside, `${code}  ${message}`);
}

function withoutCredentials(url: string | undefined): string {
  if (url === undefined || !URL.canParse(url)) return url ?? '';
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  parsed.search = '';
  return parsed.href;
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
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
