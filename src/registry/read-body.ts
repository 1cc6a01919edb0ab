import { RegistryRefusal } from './registry-refusal.ts';

const MAX_BYTES = 5_000_000;

/** The request's JSON. Reading stops at 5 MB. Throws RegistryRefusal. */
export async function readJsonBody(request: Request): Promise<unknown> {
  const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    throw new RegistryRefusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the publication as application/json.');
  }
  const text = await readText(request);
  try {
    return JSON.parse(text);
  } catch {
    throw new RegistryRefusal(400, 'BAD_USER_INPUT', 'The body is not JSON.');
  }
}

async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BYTES) throw tooLarge();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let size = 0;
  let text = '';
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength;
      if (size > MAX_BYTES) throw tooLarge();
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw new RegistryRefusal(400, 'BAD_USER_INPUT', 'The body is not UTF-8.');
    throw error;
  }
}

function tooLarge(): RegistryRefusal {
  return new RegistryRefusal(413, 'BODY_TOO_LARGE', `A publication may have ${MAX_BYTES} bytes.`);
}
