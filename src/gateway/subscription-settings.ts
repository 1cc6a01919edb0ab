import type { Config } from '../config/schema.ts';
import { ProblemsError } from '../errors/problem.ts';
import type { SubgraphKind } from '../model/subgraph.ts';

export type SubscriptionSettings = NonNullable<NonNullable<Config['traffic']['all']>['subscriptions']>;

/** The settings that mean something for subgraphs of a kind; those of `traffic.all` are for whom they concern. */
const MEANT: Readonly<Record<SubgraphKind, readonly (keyof SubscriptionSettings)[]>> = {
  graphql: ['protocol', 'path', 'share', 'reopen', 'idle'],
  stitched: ['protocol', 'path', 'share', 'reopen', 'idle'],
  bound: ['share', 'reopen', 'idle'],
  resolvers: [],
};

/** How a subgraph is subscribed to: its own settings before those for all. Throws ProblemsError for one it cannot have. */
export function subscriptionsOf({ traffic }: Config, name: string, kind: SubgraphKind): SubscriptionSettings {
  const own = traffic.subgraphs?.[name]?.subscriptions ?? {};
  const settings = { ...traffic.all?.subscriptions, ...own };
  const meant = MEANT[kind];
  const idle = (Object.keys(own) as (keyof SubscriptionSettings)[]).filter((key) => !meant.includes(key));
  if (settings.path !== undefined && settings.protocol !== 'ws' && 'path' in own) idle.push('path');
  if (idle.length === 0) return settings;
  throw new ProblemsError(
    [...new Set(idle)].map((key) => ({
      severity: 'error',
      code: 'CONFIG_CONTRADICTION',
      message: `traffic.subgraphs.${name}.subscriptions.${key} has no meaning for subgraph "${name}".`,
      remedy: meant.includes(key)
        ? `Set traffic.subgraphs.${name}.subscriptions.protocol to ws beside it, or take it out.`
        : `Take it out: ${meant.length === 0 ? 'nothing of subscriptions can be set' : `only ${meant.join(', ')} can be set`} for a subgraph of this kind.`,
      subgraph: name,
      places: [],
    })),
  );
}

/** Where a GraphQL service takes subscriptions over WebSockets; undefined where they go over server-sent events. */
export function toSocketUrl(url: string, { protocol, path }: SubscriptionSettings): string | undefined {
  if (protocol !== 'ws') return undefined;
  const socket = new URL(path ?? url, url);
  const { username, password } = new URL(url);
  socket.username = username;
  socket.password = password;
  socket.protocol = socket.protocol === 'https:' ? 'wss:' : 'ws:';
  return socket.href;
}
