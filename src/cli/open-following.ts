import type { Gateway, GatewayOptions } from '../edge/create-gateway.ts';
import { printProblem, ProblemsError } from '../errors/problem.ts';
import type { Log } from '../observability/log.ts';
import { followChanges, type Following, readSettings } from './follow-changes.ts';
import type { SettingsOptions } from './load-settings.ts';
import { describeGraph, openGateway } from './run-gateway.ts';

/** A gateway that can follow its files, and says in its log what becomes of a change. */
export type FollowingGateway = {
  readonly gateway: Gateway;
  /** Begins to follow. `onUpdated` is called after each change that is served. */
  readonly follow: (onUpdated?: () => void) => Promise<Following>;
};

type OpenOptions = GatewayOptions & { readonly log: Log };

/** Opens what the settings name. Throws ProblemsError with everything that is wrong. */
export async function openFollowing(settings: SettingsOptions, options: OpenOptions): Promise<FollowingGateway> {
  const { log } = options;
  const read = await readSettings(settings);
  const gateway = await openGateway(read.loaded.config, options);
  return {
    gateway,
    follow: (onUpdated) =>
      followChanges(gateway, {
        read,
        settings,
        onUpdated: () => {
          const hints = gateway.graph()?.hints.map(printProblem);
          log('info', 'Config or schemas have changed: what they say now is served.', {
            graph: describeGraph(gateway),
            ...(hints === undefined || hints.length === 0 ? {} : { hints }),
          });
          onUpdated?.();
        },
        onBroken: (error) =>
          log('error', 'Config or schemas have changed, and cannot be served: nothing changes.', toFields(error)),
        onBlind: (error) => log('warn', 'Changes of files may not be seen. SIGHUP has the gateway look.', { error }),
      }),
  };
}

function toFields(error: unknown): Readonly<Record<string, unknown>> {
  return error instanceof ProblemsError ? { problems: error.problems.map(printProblem) } : { error };
}
