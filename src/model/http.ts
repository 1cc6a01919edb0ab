import type { Cancellation } from './cancellation.ts';
import type { ReadHeader } from './request-context.ts';

/** One GraphQL request as the edge read it. Nothing in it is checked yet. */
export type OperationRequest = {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: unknown;
  readonly extensions: unknown;
  readonly header: ReadHeader;
  /** The headers that an operation would have now, where they can change while one runs: on a WebSocket. */
  readonly renewed?: () => ReadHeader;
  readonly method: 'GET' | 'POST';
  /** Called before anything is done for a subscription. Throws TOO_MANY_CONNECTIONS where there is no room for its stream. */
  readonly admitStream?: (() => void) | undefined;
  /** Cancelled when the client goes away. */
  readonly cancellation: Cancellation;
};

/** An error as clients see it: already masked, without our classes. */
export type ClientError = {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly extensions: Readonly<Record<string, unknown>>;
};

export type ClientResult = {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly ClientError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
};

/** One event of a subscription: its result has no extensions. With the `id` a client can resume behind it, where its source can. */
export type ClientEvent = {
  readonly result: ClientResult;
  readonly id?: string | undefined;
  readonly shared?: SharedText | undefined;
};

/** Several clients are given the same answer: whoever writes it first keeps its text for the others. */
export type SharedText = { text?: string };

/** What the edge writes. */
export type OperationAnswer =
  | {
      readonly kind: 'single';
      readonly result: ClientResult;
      /** The HTTP status under `application/graphql-response+json`. */
      readonly status: number;
      /** The status holds under `application/json` too (401, 403, 405 … of the contract), where it would else be 200. */
      readonly alwaysStatus: boolean;
      readonly headers?: Readonly<Record<string, string>>;
      readonly shared?: SharedText | undefined;
    }
  | {
      readonly kind: 'stream';
      /** Throws GatewayError where the gateway breaks the subscription off: its client should subscribe again. */
      readonly events: AsyncIterable<ClientEvent>;
      /** Ends the events in order: one that is being completed is still given. Leaving the iterator ends them at once. */
      readonly stop: () => void;
    };
