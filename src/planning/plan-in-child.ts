import { QueryPlanner } from '@graphql-hive/router-query-planner';

/** What the process is sent: the supergraph, then questions, which it answers one after the other. */
export type ChildRequest = { readonly kind: 'supergraph'; readonly sdl: string } | PlanRequest;

type PlanRequest = {
  readonly kind: 'plan';
  readonly id: number;
  readonly text: string;
  readonly labels: readonly string[];
  readonly percent: number;
};

/** What it answers; `json` is the native planner's node. */
export type ChildReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'planned'; readonly id: number; readonly json: string }
  | { readonly kind: 'too-large'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

/** Reading and compiling a larger one would hold up the gateway's event loop. */
const MAX_PLAN_CHARACTERS = 1_000_000;

let planner: QueryPlanner | undefined;

process.on('message', (request: ChildRequest) => {
  switch (request.kind) {
    case 'supergraph':
      planner = new QueryPlanner(request.sdl);
      reply({ kind: 'ready' });
      break;
    case 'plan':
      void plan(request).then(reply);
  }
});
// Nothing else ends a thread that plans. The terminal's signals are the gateway's to obey: it may still want a plan.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

async function plan({ id, text, labels, percent }: PlanRequest): Promise<ChildReply> {
  try {
    const answer = await planner?.planAsync(text, undefined, new Set(labels), percent);
    const json = JSON.stringify(answer?.node ?? null);
    return json.length > MAX_PLAN_CHARACTERS ? { kind: 'too-large', id } : { kind: 'planned', id, json };
  } catch (error) {
    return { kind: 'failed', id, message: error instanceof Error ? error.message : String(error) };
  }
}

function reply(message: ChildReply): void {
  process.send?.(message);
}
