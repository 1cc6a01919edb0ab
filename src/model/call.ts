import type { RetryCause } from '../errors/gateway-error.ts';
import type { Cancellation } from './cancellation.ts';
import type { RequestContext } from './request-context.ts';

/** What the schema's and the config's policies say about one call. Undefined settings mean the subgraph's default. */
export type CallPolicy = {
  /** How long the call may take with all its attempts and waits. */
  readonly timeoutMs?: number | undefined;
  readonly retry?: RetryPolicy | undefined;
};

export type RetryPolicy = {
  /** Further attempts after the first. 0 switches retries off. */
  readonly attempts: number;
  readonly backoffMs?: number | undefined;
  readonly maxBackoffMs?: number | undefined;
  /** Which failures are retried; all that a retry may mend when absent. */
  readonly on?: readonly RetryCause[] | undefined;
};

/** `mutation` calls are sent again only when the failure proves that nothing was processed. */
export type CallKind = 'query' | 'mutation';

/** What went over the wire, for `selvedge call`: a line that says how, headers, and a body as text or value. */
export type WireEvent = {
  readonly direction: 'sent' | 'received';
  readonly line: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
};

/** One try on the wire. */
export type AttemptContext = {
  readonly context: RequestContext;
  /** 1 for the first attempt. */
  readonly number: number;
  /** Cancelled when the attempt's time is over, the client is gone or the deadline has passed. */
  readonly cancellation: Cancellation;
  /** Milliseconds this attempt may take: travels on as `grpc-timeout`, message expiry. */
  readonly timeoutMs: number;
  /** Told when an event is handed to the broker: from here on it may have been sent. */
  readonly onSent?: (() => void) | undefined;
  /** Told of what is sent and received, where somebody wants to see it. */
  readonly trace?: ((event: WireEvent) => void) | undefined;
};

/** Sends once. Rejects with a GatewayError whose `retry` says what another attempt may do. */
export type Attempt<Request, Answer> = (request: Request, attempt: AttemptContext) => Promise<Answer>;

/** Sends with every policy applied. Rejects with a GatewayError. */
export type Send<Request, Answer> = (request: Request, context: RequestContext) => Promise<Answer>;

/**
 * What a recording knows a call by: a name (a schema coordinate, an operation's text), and of each request what decides
 * the answer, as JSON.
 */
export type CallIdentity<Request> = { readonly name: string; readonly of: (request: Request) => unknown };

export type ProtectedCall<Request> = {
  readonly kind: CallKind;
  readonly policy: CallPolicy;
  /** An event is sent: its attempts tell by `onSent` from when on nobody knows whether it has been taken. */
  readonly isPublish?: boolean;
  /** Absent for what is no call of a service: work in this process is neither recorded nor replayed. */
  readonly identity?: CallIdentity<Request> | undefined;
};

/**
 * Wraps attempts in a subgraph's traffic policies (deadline, time-out, retry …). Handed to each source by the gateway;
 * sources know nothing else of policies. Called when a fetch is prepared, never in a request.
 */
export type Protect = <Request, Answer>(
  attempt: Attempt<Request, Answer>,
  call: ProtectedCall<Request>,
) => Send<Request, Answer>;
