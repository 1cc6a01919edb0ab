const MAX_LENGTH = 600;

// oxlint-disable-next-line no-control-regex -- taking them out is the point
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g;

/** A description as the schema shows it: its first paragraphs, without control characters. Undefined for an empty one. */
export function tidyDescription(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const lines = text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(controls, ' ')
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
  return lines === '' ? undefined : shorten(lines);
}

/** The whole is in the description that was imported; a schema is read by its first paragraphs. */
function shorten(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  const end = text.lastIndexOf('\n\n', MAX_LENGTH);
  if (end > 0) return text.slice(0, end);
  const sentence = text.slice(0, MAX_LENGTH).lastIndexOf('. ');
  return sentence > 0 ? text.slice(0, sentence + 1) : `${text.slice(0, MAX_LENGTH).trim()} …`;
}
