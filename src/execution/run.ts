import type { GatewayError } from '../errors/gateway-error.ts';
import type { RequestContext } from '../model/request-context.ts';
import type { EntityStore, KnownEntities } from './entity-store.ts';
import type { Merge } from './merge.ts';
import type { ResponseObject } from './response-object.ts';
import type { SelectedPlace } from './response-keys.ts';
import type { TypeRelations } from './type-relations.ts';
import type { SendFetch, SourceFetch } from '../model/source.ts';
import type { UnderWay } from './under-way.ts';

/** One execution of a compiled operation. */
export type Run = {
  /** What the fetches brought, by their response keys. Has no prototype. */
  readonly data: ResponseObject;
  /** The client's. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: RequestContext;
  readonly errors: GatewayError[];
  /** Why objects of `data` lack fields that were asked for: what needs those fields is lacking for the same reason. */
  readonly faults: Map<ResponseObject, GatewayError>;
  /**
   * Checks of answers that nothing has yet given reason to doubt: done where something is lacking, or the response can't
   * be written as it should. Each adds what it finds to `errors` and `faults`.
   */
  readonly unchecked: (() => void)[];
  /** What fetches have brought of entities that later fetches may ask for; see EntityStore. */
  readonly entities: KnownEntities[];
  readonly underWay: UnderWay;
  /** Whether a root field's null has already made the whole response null. */
  readonly hasBubbled: (run: Run) => boolean;
};

export function settleChecks({ unchecked }: Run): void {
  for (const check of unchecked.splice(0)) check();
}

/** A compiled part of a plan. Never rejects. */
export type Step = (run: Run) => Promise<void>;

/** What compiling the parts of one plan has in common. */
export type PlanCompilation = {
  readonly relations: TypeRelations;
  readonly merge: Merge;
  readonly places: SelectedPlace;
  readonly store: EntityStore;
  readonly prepare: (fetch: SourceFetch) => SendFetch;
};
