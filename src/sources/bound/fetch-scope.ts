import type { FragmentDefinitionNode, GraphQLObjectType, GraphQLSchema } from 'graphql';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import type { BoundCalls } from './bound-calls.ts';
import type { FetchRun, Path, Variables } from './fetch-run.ts';
import type { ObjectState } from './object-state.ts';
import type { Lacking, Opened } from './opened.ts';
import type { Fields } from './read-field.ts';
import type { SelectionPart } from './selections.ts';

/** Turns one value of an answer (or, if known, of a representation) into what the fetch selects of it. */
export type Complete = (value: unknown, isKnown: boolean, path: Path, run: FetchRun) => unknown;

/** The same by generated code, for a value of an answer; undefined: it gave up. What takes calls is added to `opened`. */
export type ReadQuickly = (value: unknown, path: Path | undefined, opened: Opened[], run: FetchRun) => unknown;

/** What generated code makes of objects of one type. */
export type QuickObject = {
  readonly read: ReadQuickly;
  /** Writes what the entity's call gave into the object that it was called for; undefined: it gave up. */
  readonly fill: (lacking: Lacking, answer: Fields, opened: Opened[], run: FetchRun) => true | undefined;
  /** The object with nothing in it, to be filled. */
  readonly create: (run: FetchRun) => Record<string, unknown>;
  /** It may have calls of its own, or something in it. */
  readonly opens: boolean;
};

/** What a fetch selects of one object type. */
export type ObjectPlan = {
  /** Begins to complete an object; what takes calls is filled in later. */
  readonly complete: (state: ObjectState, path: Path | undefined, run: FetchRun) => Record<string, unknown>;
  /** The same for an entity: `put` is called, now or later, with null if its service does not know it. */
  readonly completeEntity: (representation: Fields, path: Path, run: FetchRun, put: (value: unknown) => void) => void;
  /** Whether a representation already holds everything that is selected. */
  readonly isCoveredBy: (known: Fields, variables: Variables) => boolean;
  /** Generated when it is first asked for; undefined where there is none. */
  readonly quick: () => QuickObject | undefined;
};

/** What the parts of one compiled fetch share. */
export type FetchScope = {
  readonly subgraph: SubgraphSchema;
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly calls: Pick<BoundCalls, 'forField' | 'forEntity'>;
  /** Compiles each type's plan on first use: of an abstract type's many possible types, few are ever seen. */
  readonly planObjects: (parts: readonly SelectionPart[]) => (type: GraphQLObjectType) => ObjectPlan;
};
