import { isRecord } from '../description.ts';

/** The names of all properties and query parameters of a description, as often as they stand there. */
export function* wireNames(value: unknown): Iterable<string> {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (Array.isArray(next)) waiting.push(...(next as readonly unknown[]));
    if (!isRecord(next)) continue;
    if (isRecord(next['properties'])) yield* Object.keys(next['properties']);
    if (next['in'] === 'query' && typeof next['name'] === 'string') yield next['name'];
    for (const [key, inner] of Object.entries(next)) if (key !== 'example' && key !== 'examples') waiting.push(inner);
  }
}
