import type { GatewayError } from '../../errors/gateway-error.ts';
import { type HttpAnswer, isJson, showContentType } from '../http/http-message.ts';
import { toRefusal } from '../http/refusal.ts';
import { toServiceFailure } from '../service-failure.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { NOT_FOUND } from './binding-client.ts';
import { parseJson } from './parse-json.ts';

/** What an answer says: its JSON, NOT_FOUND, or undefined where there is no content. Throws GatewayError for failures. */
export function parseRestAnswer(
  answer: HttpAnswer,
  { mayBeEmpty }: { readonly mayBeEmpty: boolean },
  service: string,
): unknown {
  const { status } = answer;
  if (status === 404 || status === 410) return NOT_FOUND;
  if (status >= 300) throw toRestFailure(answer, service);
  return answer.body === '' && (mayBeEmpty || status !== 200) ? undefined : parseBody(answer);
}

/** What is wrong where the status is 300 or more. A problem document's words are for operators. */
export function toRestFailure(answer: HttpAnswer, service: string): GatewayError {
  if (answer.status < 400) return unusableAnswer(`HTTP ${answer.status}: redirects are not followed.`);
  const said = readProblem(answer);
  const refusal = toRefusal(answer, service, said);
  if (refusal !== undefined) return refusal;
  const isInputRefused = answer.status === 400 || answer.status === 422;
  const detail = `HTTP ${answer.status}${said === undefined ? '' : `: ${said}`}`;
  return toServiceFailure(isInputRefused ? 'BAD_USER_INPUT' : undefined, detail, { service });
}

function parseBody({ headers, body }: HttpAnswer): unknown {
  if (!isJson(headers)) throw unusableAnswer(`An answer with ${showContentType(headers)} is not JSON.`);
  try {
    return parseJson(body);
  } catch (error) {
    throw unusableAnswer(error instanceof Error ? error.message : 'It is not JSON.', { cause: error });
  }
}

/** What a problem document (RFC 9457), or a JSON object much like one, says. */
function readProblem(answer: HttpAnswer): string | undefined {
  if (!isJson(answer.headers)) return undefined;
  try {
    const body: unknown = JSON.parse(answer.body);
    if (typeof body !== 'object' || body === null) return undefined;
    const { title, detail, message, error } = body as Record<string, unknown>;
    const said = [title, detail, message, error].filter((text) => typeof text === 'string');
    return said.length === 0 ? undefined : said.join(': ');
  } catch {
    return undefined;
  }
}
