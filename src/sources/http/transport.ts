import type { Cancellation } from '../../model/cancellation.ts';
import type { HttpAnswer, HttpRequest, HttpStream } from './http-message.ts';

export type HttpStreamOpening = {
  /** Ends the stream. */
  readonly cancellation: Cancellation;
  /** How long nothing may come, comments of the service included; for ever if undefined. */
  readonly idleMs?: number | undefined;
};

/** How requests get to the service. */
export type Transport = {
  readonly send: (request: HttpRequest, cancellation: Cancellation) => Promise<HttpAnswer>;
  readonly open: (request: HttpRequest, opening: HttpStreamOpening) => Promise<HttpStream>;
  readonly close: () => Promise<void>;
};

export type TransportOptions = {
  /** Whose name errors bear. */
  readonly service: string;
  readonly url: URL;
  /** Of every request that does not say otherwise. */
  readonly headers: Readonly<Record<string, string>>;
  readonly limits: TransportLimits;
};

export type TransportLimits = {
  /** Calls in flight to one origin; further ones wait within their own time. Streams are none of them. */
  readonly connections: number;
  readonly connectMs: number;
  /** How long a body may stand still. The whole call's time is held by the attempt's cancellation. */
  readonly bodyIdleMs: number;
  /** How long a connection is kept that has nothing to do; less where the service says so. */
  readonly keepAliveMs: number;
  /** The most that is read of an answer, inflated. */
  readonly answerBytes: number;
};
