import type { Config } from '../config/schema.ts';
import { type Problem, ProblemsError } from '../errors/problem.ts';

/** Settings that are taken when the process begins. All others belong to what is served, and follow a change. */
const TAKEN: Readonly<Record<string, (config: Config) => unknown>> = {
  listen: ({ listen }) => listen,
  workers: ({ workers }) => workers,
  'graph.registry': ({ graph }) => graph.registry,
};

/** Throws ProblemsError where a config differs from the running one in what can't change while running. */
export function refuseUnfollowed(running: Config, next: Config): void {
  const changed = Object.entries(TAKEN).filter(
    ([, read]) => JSON.stringify(read(running)) !== JSON.stringify(read(next)),
  );
  if (changed.length > 0) throw new ProblemsError(changed.map(([setting]) => needsStart(setting)));
}

function needsStart(setting: string): Problem {
  return {
    severity: 'error',
    code: 'CONFIG_NEEDS_RESTART',
    message: `${setting} has changed, which a running gateway cannot follow: nothing of the new config is followed.`,
    remedy: 'Start the gateway again, or undo the change.',
    coordinate: setting,
    places: [],
  };
}
