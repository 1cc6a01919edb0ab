import { Command, CommanderError } from 'commander';
import { callCommand } from './call.ts';
import { checkCommand } from './check.ts';
import { composeCommand } from './compose.ts';
import { configCommand } from './config.ts';
import { devCommand } from './dev.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { historyCommand } from './history.ts';
import { importCommand } from './import.ts';
import { initCommand } from './init.ts';
import { planCommand } from './plan.ts';
import { publishCommand } from './publish.ts';
import { readOwnPackage } from './own-package.ts';
import { reportFailure } from './report-failure.ts';
import { serveCommand } from './serve.ts';
import { createTerminal, type Terminal } from './terminal.ts';

const COMMANDS: readonly ((terminal: Terminal) => Command)[] = [
  serveCommand,
  devCommand,
  composeCommand,
  planCommand,
  callCommand,
  checkCommand,
  publishCommand,
  historyCommand,
  importCommand,
  configCommand,
  initCommand,
];

/** Runs one command to its end, and gives the exit code. Never rejects. */
export async function runCli(argv: readonly string[]): Promise<ExitCode> {
  const terminal = createTerminal();
  try {
    await createProgram(terminal).parseAsync(argv, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongCall;
    const verbose = argv.includes('--verbose') || Boolean(process.env['SELVEDGE_DEBUG']);
    return reportFailure(error, { terminal, json: argv.includes('--json'), verbose });
  }
}

function createProgram(terminal: Terminal): Command {
  const program = new Command('selvedge')
    .description('A GraphQL gateway over GraphQL, REST, gRPC, queue-backed and serverless services.')
    .version(readOwnPackage().version, '-V, --version', 'print the version')
    .helpCommand(false);
  for (const create of COMMANDS) program.addCommand(create(terminal));
  return prepare(program);
}

function prepare(command: Command): Command {
  command.commands.forEach(prepare);
  return command
    .exitOverride()
    .showHelpAfterError(`(${fullName(command)} --help says more)`)
    .option('--verbose', 'show where an unexpected error comes from');
}

/** As it is typed: `selvedge import openapi`. */
function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
