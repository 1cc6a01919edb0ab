import type { Pagination } from '../../model/binding.ts';
import type { Expression, ExpressionRoots } from '../../model/expression.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { Send } from '../../model/call.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { NOT_FOUND, type PageAnswer, type PageRequest } from './binding-client.ts';
import type { PageToken, Position } from './page-cursor.ts';
import { evaluate } from './read-field.ts';

export type PageSettings = {
  readonly sendPage: Send<PageRequest, PageAnswer>;
  /** Where a page's items are; undefined: the answer is the list. */
  readonly select: Expression | undefined;
};

export type Page = {
  readonly token: PageToken;
  readonly items: readonly unknown[];
  readonly total: unknown;
  /** undefined: this is the last page. */
  readonly next: { readonly token: PageToken } | undefined;
};

/** A page from a service's point of view; NOT_FOUND where there is none. */
export type FetchPage = (token: PageToken, size: number) => Promise<Page | typeof NOT_FOUND>;

/** Prepares to fetch the pages of one call. Throws UPSTREAM_BAD_RESPONSE for a page that is none, or leads to itself. */
export function createFetchPage(
  pagination: Pagination,
  { sendPage, select }: PageSettings,
  call: { readonly roots: ExpressionRoots; readonly context: RequestContext },
): FetchPage {
  return async (token, size) => {
    const { answer, link } = await sendPage(toRequest(pagination, { token, size, roots: call.roots }), call.context);
    if (answer === NOT_FOUND) return NOT_FOUND;
    const items = select === undefined ? answer : evaluate(select, answer);
    if (!Array.isArray(items)) throw unusableAnswer('A page holds no list.');
    const total = pagination.total && evaluate(pagination.total, answer);
    const next = findNext(pagination, { token, size, count: items.length, answer, link, total });
    if (next !== undefined && next.token === token) throw unusableAnswer('A page leads to itself as the next one.');
    return { token, items, total, next };
  };
}

/** The first page's token. */
export function firstToken({ by, firstPage }: Pagination): PageToken {
  switch (by) {
    case 'PAGE':
      return firstPage;
    case 'OFFSET':
      return 0;
    case 'CURSOR':
    case 'LINK':
      return undefined;
  }
}

function toRequest(
  { by, param, sizeParam }: Pagination,
  { token, size, roots }: Omit<Position, 'skip'> & { readonly roots: ExpressionRoots },
): PageRequest {
  if (by === 'LINK' && param === undefined && token !== undefined) return { roots, query: {}, path: String(token) };
  const query: Record<string, string> = {};
  if (sizeParam !== undefined) query[sizeParam] = String(size);
  if (param !== undefined && token !== undefined) query[param] = String(token);
  return { roots, query, path: undefined };
}

type Found = {
  readonly token: PageToken;
  readonly size: number;
  readonly count: number;
  readonly answer: unknown;
  readonly link: string | undefined;
  readonly total: unknown;
};

function findNext(pagination: Pagination, found: Found): Page['next'] {
  const { by, param } = pagination;
  switch (by) {
    case 'PAGE':
      return hasMore(pagination, found) ? { token: Number(found.token) + 1 } : undefined;
    case 'OFFSET':
      return hasMore(pagination, found) ? { token: Number(found.token) + found.count } : undefined;
    case 'CURSOR':
      return toTextToken(pagination.next && evaluate(pagination.next, found.answer));
    case 'LINK':
      if (found.link === undefined || param === undefined) return toTextToken(found.link);
      return toTextToken(new URL(found.link, 'http://service').searchParams.get(param));
  }
}

/** As `next` says, else as `total` does; else a full page may have another behind it. */
function hasMore({ by, next, firstPage }: Pagination, { token, size, count, answer, total }: Found): boolean {
  if (count === 0) return false;
  if (next !== undefined) return Boolean(evaluate(next, answer));
  const before = by === 'PAGE' ? (Number(token) - firstPage) * size : Number(token);
  return typeof total === 'number' ? before + count < total : count >= size;
}

function toTextToken(value: unknown): Page['next'] {
  if (typeof value === 'number') return { token: String(value) };
  return typeof value === 'string' && value !== '' ? { token: value } : undefined;
}
