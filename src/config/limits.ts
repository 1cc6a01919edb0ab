import { z } from 'zod';
import { byteSize } from './quantities.ts';

const MAX_DEPTH = 40;

/** `limits:`, with the defaults that every gateway starts from. */
export const limits = z.strictObject({
  bodyBytes: byteSize.default(2_000_000).describe('largest request body'),
  tokens: count(100_000).default(5000).describe('tokens of a document'),
  depth: count(MAX_DEPTH).default(15).describe('how deep fields are nested, leaves included'),
  aliases: count(10_000).default(30).describe('aliases of an operation'),
  rootFields: count(10_000).default(20).describe('fields at the root of an operation'),
  directives: count(10_000).default(50).describe('directives of an operation'),
  selections: count(1_000_000).default(10_000).describe('selections of a document, fragments where they are spread'),
  cost: count(1_000_000_000).default(5000).describe('cost of an operation, by @cost and @listSize'),
  planning: count(10_000_000).default(20_000).describe('steps of planning an operation'),
});

export type Limits = z.output<typeof limits>;

/** What a client's document may be. */
export type DocumentLimits = Omit<Limits, 'bodyBytes' | 'planning'>;

export const DEFAULT_LIMITS: Limits = limits.parse({});

function count(max: number) {
  const error = `a whole number from 1 to ${max}`;
  return z.number(error).int(error).min(1, error).max(max, error);
}
