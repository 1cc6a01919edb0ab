import type { GatewayError } from '../errors/gateway-error.ts';
import { CommandFailure } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';

export function describeError({ code, message, path, detail }: GatewayError) {
  return { code, message, path, detail };
}

/** What became of an answer, or an event: a paragraph each for its value and its errors. */
export function printMapped({
  value,
  errors,
}: {
  readonly value: unknown;
  readonly errors: readonly GatewayError[];
}): readonly string[] {
  const faults = errors.map((error) => `! ${error.code}  ${explainError(error)}`);
  return [`= ${JSON.stringify(value, null, 2)}`, ...faults];
}

/** The service's trouble is outside; what it refuses for its input's sake is the input's. */
export function toCallFailure(
  { code, message }: GatewayError,
  { isInResult = false, said = message } = {},
): CommandFailure {
  const isInput = ['BAD_USER_INPUT', 'FORBIDDEN', 'UNAUTHENTICATED'].includes(code);
  return new CommandFailure(isInput ? EXIT.wrongInput : EXIT.outside, `${code}  ${said}`, { isInResult });
}

/** The message with its detail, which may begin with it. */
export function explainError({ message, detail }: GatewayError): string {
  if (detail === undefined) return message;
  return detail.startsWith(message) ? detail : `${message} ${detail}`;
}

export function printService(subgraph: string, url: string | undefined): string {
  return `${subgraph}  ${withoutCredentials(url)}`;
}

function withoutCredentials(url: string | undefined): string {
  if (url === undefined || !URL.canParse(url)) return url ?? '';
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  parsed.search = '';
  return parsed.href;
}

/** Milliseconds with one place behind the point. */
export function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
