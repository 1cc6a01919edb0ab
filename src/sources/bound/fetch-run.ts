import { GatewayError } from '../../errors/gateway-error.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { FetchAnswer } from '../../model/source.ts';
import { unusableAnswer } from '../unusable-answer.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** A place in the fetch's answer, from its end to the root: made for every field, flattened only for errors. */
export type Path = { readonly key: string | number; readonly parent: Path | undefined };

/** Of one run. A list of a million wrong values must not hold up everybody else. */
const MAX_MISFITS = 1000;

/** One run of a compiled fetch: what it was given, and what it has found so far. */
export class FetchRun {
  readonly service: string;
  readonly context: RequestContext;
  readonly variables: Variables;
  /** The fetch has been run before: then generating code for it is worth while. */
  readonly isRepeated: boolean;
  readonly errors: GatewayError[] = [];
  #pending = 0;
  #onIdle: (() => void) | undefined;
  #fault: unknown;
  #misfits = 0;

  constructor(
    service: string,
    context: RequestContext,
    { variables, isRepeated = false }: { readonly variables: Variables; readonly isRepeated?: boolean },
  ) {
    this.service = service;
    this.context = context;
    this.variables = variables;
    this.isRepeated = isRepeated;
  }

  /** A call has begun whose answer the run waits for. */
  begin(): void {
    this.#pending += 1;
  }

  /** It has ended, and all that it set off has begun. */
  end(): void {
    this.#pending -= 1;
    if (this.#pending === 0) this.#onIdle?.();
  }

  /** Nothing can stand in for what is missing. */
  fail(fault: unknown): void {
    this.#fault ??= fault;
  }

  /**
   * Reports a value of an answer that does not fit the schema. Throws after too many of them: then the answer is not one
   * to go on with, and what it was for gets one error.
   */
  reportMisfit(error: unknown, path: Path): void {
    if (this.#misfits >= MAX_MISFITS)
      throw unusableAnswer(`More than ${MAX_MISFITS} values do not fit the schema.`, { cause: error });
    this.#misfits += 1;
    this.report(error, path);
  }

  report(error: unknown, path: Path | undefined): void {
    this.errors.push(toPlacedError(error, this.service, toKeys(path)));
  }

  toAnswer(data: Readonly<Record<string, unknown>>): FetchAnswer {
    return this.errors.length === 0 ? { data } : { data, errors: this.errors };
  }

  /** Resolves when every call has ended, those that the answers of others have set off included. */
  async settle(): Promise<void> {
    if (this.#pending > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onIdle = resolve;
      await promise;
    }
    if (this.#fault !== undefined) throw this.#fault;
  }
}

function toPlacedError(error: unknown, service: string, path: readonly (string | number)[]): GatewayError {
  if (error instanceof GatewayError) return error.with({ service, path });
  return new GatewayError('INTERNAL_ERROR', 'A field could not be read.', { service, path, cause: error });
}

function toKeys(path: Path | undefined): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at = path; at !== undefined; at = at.parent) keys.push(at.key);
  return keys.toReversed();
}
