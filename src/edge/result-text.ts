import type { ClientResult, SharedText } from '../model/http.ts';

/** A result as JSON: made once where it is given to several clients. */
export function toResultText({
  result,
  shared,
}: {
  readonly result: ClientResult;
  readonly shared?: SharedText | undefined;
}): string {
  return shared === undefined ? JSON.stringify(result) : (shared.text ??= JSON.stringify(result));
}
