/** Megabytes of each half of V8's young generation, at most; 32 by Node's default. */
const SEMI_SPACE_MB = 64;

/** What it begins with, instead of growing there through collections while everything is loaded (80 ms of a start). */
const FIRST_SEMI_SPACE_MB = 8;

/**
 * Nothing is made in the old generation. V8 would come to make parts of operations there, once some had lived for a while,
 * and what is made there waits for a full collection (10,000 different operations: no full collection instead of one every
 * 1,400, each of 65 to 130 ms on a busy machine).
 */
const ALL_YOUNG = ['--no-allocation-site-pretenuring'];

type ProcessStart = {
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
};

/**
 * The command line that starts this process again with a young generation in which a large answer dies before it is
 * old (a third less CPU for lists of 1000; docs/performance.md). undefined for commands that serve nothing, and where the
 * size is chosen already. V8 takes it at its start only.
 */
export function toServingCommand({ execPath, execArgv, argv, env }: ProcessStart): readonly string[] | undefined {
  const [, script, command, ...rest] = argv;
  if (script === undefined || command !== 'serve') return undefined;
  if ([...execArgv, env['NODE_OPTIONS'] ?? ''].some((text) => text.includes('semi-space-size'))) return undefined;
  const options = [
    `--max-semi-space-size=${SEMI_SPACE_MB}`,
    `--min-semi-space-size=${FIRST_SEMI_SPACE_MB}`,
    ...ALL_YOUNG,
  ];
  return [execPath, ...options, ...execArgv, script, command, ...rest];
}

/** Takes this process's place with one that is fit to serve, where the platform can; else it goes on as it is. */
export function growYoungGeneration(): void {
  const command = toServingCommand(process);
  // A parent that talks to this process (`fork`) would lose it.
  if (command === undefined || process.platform === 'win32' || process.send !== undefined) return;
  process.execve?.(process.execPath, command, process.env);
}
