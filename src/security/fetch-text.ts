import { request } from 'undici';
import type { Dispatcher } from 'undici';

export type FetchLimits = {
  readonly timeoutMs: number;
  readonly bytes: number;
  readonly dispatcher: Dispatcher | undefined;
  readonly signal: AbortSignal;
};

/** GETs a small JSON text. Follows no redirect. Rejects for another status than 200, and beyond the limits. */
export async function fetchText(url: string, { timeoutMs, bytes, dispatcher, signal }: FetchLimits): Promise<string> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`No answer within ${timeoutMs} ms.`)), timeoutMs);
  try {
    const response = await request(url, {
      headers: { accept: 'application/jwk-set+json, application/json' },
      signal: AbortSignal.any([late.signal, signal]),
      ...(dispatcher === undefined ? {} : { dispatcher }),
    });
    if (response.statusCode === 200) return await readText(response.body, bytes);
    response.body.destroy();
    throw new Error(`Expected the status 200, but got ${response.statusCode}.`);
  } finally {
    clearTimeout(timer);
  }
}

async function readText(body: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > limit) throw new Error(`The answer is longer than ${limit} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
