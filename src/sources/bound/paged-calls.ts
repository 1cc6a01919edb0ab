import { GatewayError } from '../../errors/gateway-error.ts';
import type { Pagination } from '../../model/binding.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { NOT_FOUND } from './binding-client.ts';
import { parseCursor, type Position, printCursor } from './page-cursor.ts';
import type { Fields } from './read-field.ts';
import type { SendCall } from './send-call.ts';
import { createFetchPage, type FetchPage, firstToken, type Page, type PageSettings } from './walk-pages.ts';

type PagedSettings = PageSettings & { readonly subgraph: SubgraphSchema };

/** Items of one field, each with the place behind it. */
type Gathered = {
  readonly items: readonly { readonly value: unknown; readonly behind: Position }[];
  readonly hasMore: boolean;
  readonly total: unknown;
};

/** Makes as many calls as a field's items take, one page after the other. */
export function createPagedCalls(pagination: Pagination, settings: PagedSettings): SendCall {
  const { into, pageSize, max } = pagination;
  return async (roots, context) => {
    const { args = {} } = roots;
    const wanted = readCount(args, max);
    const after = into === 'connection' && typeof args['after'] === 'string' ? args['after'] : undefined;
    const start = after === undefined ? toStart(wanted, pagination) : parseCursor(after, pagination);
    const count = wanted ?? (into === 'connection' ? Math.min(pageSize, max) : max);
    const fetchPage = createFetchPage(pagination, settings, { roots, context });
    const gathered = await gather(fetchPage, { start, count, maxPages: Math.ceil(max / pageSize) + 10 });
    if (gathered === NOT_FOUND) return NOT_FOUND;
    return into === 'connection'
      ? toConnection(gathered, after !== undefined, settings.subgraph)
      : toList(gathered, wanted, max);
  };
}

/** Pages no longer than what is wanted, where the service can be told. */
function toStart(wanted: number | undefined, pagination: Pagination): Position {
  const { sizeParam, pageSize } = pagination;
  const size = sizeParam === undefined ? pageSize : Math.min(Math.max(wanted ?? pageSize, 1), pageSize);
  return { token: firstToken(pagination), skip: 0, size };
}

/** Throws UPSTREAM_BAD_RESPONSE where it would be a part of what was asked for. */
function toList({ items, hasMore }: Gathered, wanted: number | undefined, max: number): readonly unknown[] {
  if (hasMore && (wanted === undefined || items.length < wanted))
    throw unusableAnswer(`The pages hold more than "max" (${max}) items.`);
  return items.map(({ value }) => value);
}

/** How many items are asked for; undefined where nothing is said. */
function readCount({ first, limit }: Fields, max: number): number | undefined {
  const count = first ?? limit;
  if (count === undefined || count === null) return undefined;
  if (typeof count === 'number' && count >= 0 && count <= max) return count;
  throw new GatewayError('BAD_USER_INPUT', `"${first === undefined ? 'limit' : 'first'}" must be from 0 to ${max}.`);
}

type Window = { readonly start: Position; readonly count: number; readonly maxPages: number };

async function gather(fetchPage: FetchPage, { start, count, maxPages }: Window): Promise<Gathered | typeof NOT_FOUND> {
  const items: Gathered['items'][number][] = [];
  let { token, skip } = start;
  for (let number = 1; ; number += 1) {
    const page = await fetchPage(token, start.size);
    // Some services know nothing of a page behind the last one.
    if (page === NOT_FOUND) return number === 1 ? NOT_FOUND : { items, hasMore: false, total: undefined };
    const left = page.items.slice(skip);
    const room = count - items.length;
    for (const [index, value] of left.slice(0, room).entries())
      items.push({ value, behind: behind(page, skip + index + 1, start.size) });
    const hasMore = left.length > room || page.next !== undefined;
    const isFull = items.length >= count || number >= maxPages;
    if (isFull || page.next === undefined) return { items, hasMore, total: page.total };
    token = page.next.token;
    skip = 0;
  }
}

/** Behind the last item of a page is the next page's begin. */
function behind({ token, items, next }: Page, skip: number, size: number): Position {
  return skip >= items.length && next !== undefined ? { token: next.token, skip: 0, size } : { token, skip, size };
}

/** The Relay Cursor Connections specification's shape, under the service's names as every answer. */
function toConnection({ items, hasMore, total }: Gathered, isBehind: boolean, { toWireName }: SubgraphSchema): Fields {
  const edges = items.map(({ value, behind: position }) => ({ node: value, cursor: printCursor(position) }));
  const pageInfo = {
    [toWireName('hasNextPage')]: hasMore,
    [toWireName('hasPreviousPage')]: isBehind,
    [toWireName('startCursor')]: edges[0]?.cursor ?? null,
    [toWireName('endCursor')]: edges.at(-1)?.cursor ?? null,
  };
  return {
    edges,
    nodes: items.map(({ value }) => value),
    [toWireName('pageInfo')]: pageInfo,
    [toWireName('totalCount')]: typeof total === 'number' ? total : null,
  };
}
