import type { GatewayError } from '../../errors/gateway-error.ts';
import type { FetchAnswer } from '../../model/source.ts';
import { unusableAnswer } from '../unusable-answer.ts';

export type EntityBatch = {
  readonly subgraph: string;
  readonly type: string;
  readonly keys: readonly Readonly<Record<string, unknown>>[];
};

/** One `_entities` fetch for many keys: each key's entity, null where there is none, or the error that concerns it. */
export async function loadEntities(
  batch: EntityBatch,
  execute: (representations: readonly Readonly<Record<string, unknown>>[]) => Promise<FetchAnswer>,
): Promise<unknown[]> {
  const { data, errors = [] } = await execute(batch.keys.map((key) => ({ ...key, __typename: batch.type })));
  const entities = data?._entities;
  const general = errors.find((error) => typeof error.path?.[1] !== 'number');
  if (Array.isArray(entities) && entities.length === batch.keys.length && general === undefined) {
    return entities.map((entity, index) => withoutPath(errors.find((error) => error.path?.[1] === index)) ?? entity);
  }
  const failure = withoutPath(general ?? errors[0]) ?? wrongLength(batch);
  return batch.keys.map(() => failure);
}

/** GraphQL would take the path of the services' fetch for the resolver's own. */
function withoutPath(error: GatewayError | undefined): GatewayError | undefined {
  return error?.with({ path: undefined });
}

function wrongLength({ subgraph, type, keys }: EntityBatch): GatewayError {
  return unusableAnswer(`_entities of "${subgraph}" did not give ${keys.length} × ${type}.`, { service: subgraph });
}
