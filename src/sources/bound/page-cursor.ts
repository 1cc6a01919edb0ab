import { GatewayError } from '../../errors/gateway-error.ts';
import type { Pagination } from '../../model/binding.ts';

/** Which page: its number or offset, or the text the page before has told; undefined for the first one of CURSOR and LINK. */
export type PageToken = string | number | undefined;

/** A place between two items: so many items into a page. */
export type Position = { readonly token: PageToken; readonly skip: number; readonly size: number };

const LONGEST_CURSOR = 4000;

/** A position as clients get it: opaque, and good for any gateway with the same schema. */
export function printCursor({ token, skip, size }: Position): string {
  return Buffer.from(JSON.stringify([token ?? null, skip, size])).toString('base64url');
}

/** Throws BAD_USER_INPUT for what no cursor of this pagination can be: clients may make them up. */
export function parseCursor(text: string, pagination: Pagination): Position {
  const value = text.length > LONGEST_CURSOR ? undefined : decode(text);
  const [token, skip, size] = Array.isArray(value) ? (value as readonly unknown[]) : [];
  if (!isToken(token, pagination) || !isCount(skip) || !isCount(size) || !isInPage(skip, size, pagination))
    throw new GatewayError('BAD_USER_INPUT', '"after" is no cursor of this list.');
  return { token: token ?? undefined, skip, size };
}

function isInPage(skip: number, size: number, { pageSize }: Pagination): boolean {
  return size >= 1 && size <= pageSize && skip <= size;
}

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown;
  } catch {
    return undefined;
  }
}

function isToken(token: unknown, { by }: Pagination): token is string | number | null {
  if (by === 'PAGE' || by === 'OFFSET') return isCount(token);
  return token === null || (typeof token === 'string' && token.isWellFormed());
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
