import type { GatewayError } from './gateway-error.ts';

/** A request refused before anything was executed, for one reason or several: all of them go to the client. */
export class RequestErrors extends Error {
  override readonly name = 'RequestErrors';
  readonly errors: readonly GatewayError[];

  constructor(errors: readonly GatewayError[]) {
    super(errors.map((error) => error.message).join('\n'));
    this.errors = errors;
  }
}
