import type { DocumentNode, OperationTypeNode } from 'graphql';
import type { GatewayError } from '../errors/gateway-error.ts';
import type { RequestContext } from './request-context.ts';

/** One fetch of a plan, as a source is asked to prepare it: an operation over the subgraph's own schema. */
export type SourceFetch = {
  readonly subgraph: string;
  readonly operationKind: OperationTypeNode;
  /** The operation's text as sent to a GraphQL service. Entity fetches select `_entities(representations: $…)`, perhaps several times under aliases. */
  readonly operation: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
};

/** `variables` holds the client's variables the fetch uses and the lists of representations. */
export type FetchCall = {
  readonly variables: Readonly<Record<string, unknown>>;
  /** The same as JSON text, where that is known already: then `variables` is read out of it when first asked for. */
  readonly variablesText?: string | undefined;
};

/**
 * A service's answer: `data` in the shape of the fetch's selection (response keys), and errors whose `path` is the
 * fetch's own (`_entities`, 3, `name`). A call that failed altogether gives `data: null` and at least one error.
 */
export type FetchAnswer = {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GatewayError[] | undefined;
};

/** Sends a prepared fetch. Never rejects for a service's trouble: that is an answer with errors. */
export type SendFetch = (call: FetchCall, context: RequestContext) => Promise<FetchAnswer>;

/** `after` is the cursor of an earlier event of the same subscription: what came after it is sent first. */
type SubscriptionCall = FetchCall & {
  readonly after?: string | undefined;
  readonly opening?: SubscriptionOpening | undefined;
};

/** Between a subscription's source and whoever opens it again when it breaks. */
export type SubscriptionOpening = {
  /** It was open before, and broke: a service may then say that there is no more to come. */
  readonly isAgain: boolean;
  /** Called when the service has taken the subscription: what fails later has broken. Never called where the source mends breaks itself. */
  readonly onOpened: () => void;
};

/**
 * One event's answer. `cursor` is there only where the source can resume behind the event; it is opaque text of
 * printable ASCII without spaces, good for the same subscription only. Clients may forge one: sources check it.
 */
export type SubscriptionEvent = FetchAnswer & { readonly cursor?: string | undefined };

/**
 * Opens a prepared subscription: one answer for each event; ends when the service ends it or the context is cancelled.
 * Rejects with BAD_USER_INPUT for an `after` that can't be read. Where some of what came after it is gone, the first
 * event says so: `UPSTREAM_UNAVAILABLE`, `extensions.reason: "EVENTS_LOST"`. A source without cursors ignores `after`.
 */
export type OpenSubscription = (call: SubscriptionCall, context: RequestContext) => AsyncIterable<SubscriptionEvent>;

/** Speaks to one kind of subgraph. Prepared once per operation, called once per request. */
export type Source = {
  readonly prepare: (fetch: SourceFetch) => SendFetch;
  readonly prepareSubscription: (fetch: SourceFetch) => OpenSubscription;
  /** Ends connections, after calls in flight have ended. */
  readonly close: () => Promise<void>;
};
