import type { ClientEvent, ClientResult, SharedText } from '../model/http.ts';

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

/** An event where nothing but the result can bear its id: behind the text that all clients share. */
export function toEventText(event: ClientEvent): string {
  const text = toResultText(event);
  return event.id === undefined ? text : `${text.slice(0, -1)},"extensions":{"eventId":${JSON.stringify(event.id)}}}`;
}
