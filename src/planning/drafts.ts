import type { OperationTypeNode } from 'graphql';
import type { PathSegment, RequiresSelection } from '../model/plan.ts';
import type { FieldIn } from './graph-index.ts';
import type { ResponseNames } from './response-names.ts';
import type { Provided, Standing } from './fields-at.ts';
import type { Conditions } from './selection.ts';

/** A fetch that is being put together: of root fields, or of entities at one place. */
export type FetchDraft = {
  readonly subgraph: string;
  readonly operationKind: OperationTypeNode;
  readonly selection: LocalSelection;
  /** What it asks for entities with; undefined for root fields. */
  readonly asks: EntityAsk | undefined;
  /** The fetches whose answers it needs. */
  readonly needs: ReadonlySet<FetchDraft>;
};

/** Which entities a fetch asks for, and what it tells of them. */
export type EntityAsk = {
  readonly place: Place;
  /** By type of the response's objects. */
  readonly told: Map<string, Told>;
};

/** What is told of the entities of one type. */
export type Told = {
  /** The type's name in the subgraph: of interface objects, the interface's. */
  readonly typename: string;
  /** The key's fields at the top, by response key. */
  readonly keys: readonly string[];
  selections: readonly RequiresSelection[];
  /** What it is fetched under; undefined: now under these, now under those. */
  conditions: Conditions | undefined;
};

/** What one subgraph is asked about one object. */
export class LocalSelection {
  readonly fields = new Map<string, LocalField>();
  /** What `__typename` is asked under, at least; undefined: it is not asked. */
  typedUnder: Conditions | undefined;

  askType(conditions: Conditions): void {
    this.typedUnder = this.typedUnder?.filter((condition) => conditions.includes(condition)) ?? conditions;
  }
}

export type LocalField = {
  /** The type condition that it stands under; undefined: none. */
  readonly on: string | undefined;
  readonly responseKey: string;
  readonly call: string;
  readonly variables: readonly string[];
  readonly conditions: Conditions;
  readonly field: FieldIn;
  readonly below: Place | undefined;
};

/** Where objects stand in the response, as one fetch brings them. */
export type Place = {
  readonly path: readonly PathSegment[];
  readonly names: ResponseNames;
  readonly fetch: FetchDraft;
  readonly local: LocalSelection;
  /** Where the objects stand in the fetch's subgraph. */
  readonly standing: Standing;
  /** Whether `local` is what the fetch asks of entities, so that every field needs a type condition. */
  readonly isEntity: boolean;
  readonly provided: Provided;
  /** What the objects can be: see `TypeIn.objects`. */
  readonly objects: ReadonlySet<string>;
  /** All conditions that the place stands under. */
  readonly conditions: Conditions;
  /** Fetches of entities that stand here. */
  readonly hops: FetchDraft[];
  /** The same place, as fetches bring it from subgraphs that know what the interface objects here stand for. */
  readonly typed: Map<FetchDraft, Place>;
};
