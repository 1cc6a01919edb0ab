/**
 * A claim's value as a header's: lists joined by ",", objects as JSON, everything but printable ASCII percent-encoded as
 * UTF-8, so that no value can end the line. Undefined for null, nothing and the empty text: the header is not sent.
 */
export function headerValue(claim: unknown): string | undefined {
  // A comma in an item must not look like two items.
  const items = Array.isArray(claim)
    ? claim.map((item) => encode(toText(item)).replaceAll(',', '%2C'))
    : [encode(toText(claim))];
  const value = items.join(',');
  return value === '' ? undefined : value;
}

function toText(claim: unknown): string {
  if (claim === undefined || claim === null) return '';
  return typeof claim === 'string' ? claim : JSON.stringify(claim);
}

// "%" itself too, or two values could look the same. Spaces inside stay; at the ends they would be lost.
function encode(text: string): string {
  return text.toWellFormed().replaceAll(/[^\x21-\x24\x26-\x7e ]|^ | $/gu, (character) => encodeURIComponent(character));
}
