import { parseArgs } from 'node:util';
import { gatewayKinds } from './gateways.ts';
import { scenarioGroups, scenarios } from './scenarios.ts';

export type BenchOptions = {
  readonly scenarios: readonly string[];
  readonly gateways: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly connections: number;
  readonly delayMs: number;
  readonly isSharing: boolean;
  readonly jsonFile: string | null;
  readonly profileFolder: string | null;
};

/** Wrong words on the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `npm run bench -- [options]

  --scenarios A,B    ${scenarios.map(({ name }) => name).join(', ')};
                     ${Object.keys(scenarioGroups).join(', ')} stand for several (default: main,me,twohop)
  --gateways A,B     ${gatewayKinds.map(({ name }) => name).join(', ')}, or all
                     (default: floor,selvedge; the others are installed when they are asked for)
  --rounds N         slices of load on each gateway, interleaved (default 5)
  --seconds N        length of a slice (default 4)
  --warm-up N        seconds of load before the first slice (default 4)
  --connections N    (default 50)
  --delay MS         how far away the services are (default 0)
  --sharing          equal requests in flight are sent to services once, in the gateways that can (default: off,
                     for it hides what a request costs)
  --json FILE        the rows, for machines
  --cpu-prof FOLDER  profiles of the Node gateways, written when they end`;

/** Throws UsageError. */
export function parseOptions(args: readonly string[]): BenchOptions | 'help' {
  const values = readFlags(args);
  if (values.help === true) return 'help';
  const scenarioNames = splitList(values.scenarios ?? 'main,me,twohop').flatMap((name) => scenarioGroups[name] ?? name);
  const kinds = gatewayKinds.map(({ name }) => name);
  return {
    scenarios: checkNames(
      '--scenarios',
      scenarioNames,
      scenarios.map(({ name }) => name),
    ),
    gateways:
      values.gateways === 'all'
        ? kinds
        : checkNames('--gateways', splitList(values.gateways ?? 'floor,selvedge'), kinds),
    rounds: readNumber('--rounds', values.rounds ?? '5', { least: 1, most: 100 }),
    seconds: readNumber('--seconds', values.seconds ?? '4', { least: 0.1, most: 600 }),
    warmUpSeconds: readNumber('--warm-up', values['warm-up'] ?? '4', { least: 0, most: 600 }),
    connections: readNumber('--connections', values.connections ?? '50', { least: 1, most: 1000 }),
    delayMs: readNumber('--delay', values.delay ?? '0', { least: 0, most: 10_000 }),
    isSharing: values.sharing ?? false,
    jsonFile: values.json ?? null,
    profileFolder: values['cpu-prof'] ?? null,
  };
}

function readFlags(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenarios: text,
        gateways: text,
        rounds: text,
        seconds: text,
        'warm-up': text,
        connections: text,
        delay: text,
        json: text,
        'cpu-prof': text,
        sharing: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function splitList(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

function checkNames(flag: string, names: readonly string[], known: readonly string[]): readonly string[] {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new UsageError(`${flag}: ${unknown.join(', ')} is none of ${known.join(', ')}.`);
  return [...new Set(names)];
}

function readNumber(
  flag: string,
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most))
    throw new UsageError(`${flag} is a number from ${least} to ${most}, not ${JSON.stringify(text)}.`);
  return value;
}
