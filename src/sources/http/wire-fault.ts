/**
 * What went wrong on the wire. `connect`: nothing was sent; `reset`: the connection broke before the answer's head was
 * whole; `idle`: the body stood still; `unusable`: what came is no answer; `unwritable`: the request can't be sent.
 */
export type WireFaultKind = 'connect' | 'reset' | 'idle' | 'unusable' | 'unwritable';

export class WireFault extends Error {
  override readonly name = 'WireFault';
  readonly kind: WireFaultKind;

  constructor(kind: WireFaultKind, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.kind = kind;
  }
}
