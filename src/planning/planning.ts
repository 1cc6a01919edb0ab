import { OperationTypeNode } from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import type { Appraisal } from './appraise.ts';
import type { FieldsAt, Provided, Standing } from './fields-at.ts';
import type { Memo } from './memo.ts';
import type { Selections } from './selection.ts';
import type { CollectWants } from './wants.ts';
import type { FetchDraft } from './drafts.ts';
import { LocalSelection, type EntityAsk } from './drafts.ts';
import type { GraphIndex } from './graph-index.ts';
import type { Home, Routes } from './routes.ts';
import type { Place } from './drafts.ts';
import type { Scopes } from './scope.ts';

/** What planning one operation works with. */
export class Planning {
  readonly index: GraphIndex;
  readonly routes: Routes;
  readonly scopes: Scopes;
  readonly collect: CollectWants;
  readonly fields: FieldsAt;
  readonly appraisals = new WeakMap<Selections, Memo<string, Provided, Appraisal>>();
  readonly #limit: number;
  #spent = 0;

  constructor(tools: Pick<Planning, 'index' | 'fields' | 'routes' | 'scopes' | 'collect'>, limit: number) {
    this.index = tools.index;
    this.fields = tools.fields;
    this.routes = tools.routes;
    this.scopes = tools.scopes;
    this.collect = tools.collect;
    this.#limit = limit;
  }

  /** Counts steps; throws GatewayError OPERATION_TOO_COSTLY where they are too many for one operation. */
  spend(count: number): void {
    this.#spent += count;
    if (this.#spent > this.#limit) throw new GatewayError('OPERATION_TOO_COSTLY', tooCostly(this.#limit));
  }

  /** Where objects of a type stand in a subgraph: as themselves, or as an interface object. */
  standingOf(subgraph: string, type: string): Standing {
    const known = this.index.types.get(type);
    if (known === undefined || known.subgraphs.has(subgraph)) return { subgraph, type };
    const stand = known.interfaces.find(
      (name) => this.index.types.get(name)?.subgraphs.get(subgraph)?.isInterfaceObject === true,
    );
    return { subgraph, type: stand ?? type };
  }

  /** Where objects of a type at a place start from. */
  homeOf({ standing, provided }: Place, type: string): Home {
    return { standing: this.standingOf(standing.subgraph, type), provided };
  }

  /** Whether objects of this name are only known as interface objects. */
  isUnknown(type: string): boolean {
    return this.index.types.get(type)?.kind === 'interface';
  }
}

function tooCostly(limit: number): string {
  return `Planning this operation takes more than ${limit} steps. Ask for fewer levels of fields on interfaces and unions, or name the types that you want in fragments. The limit is the gateway's setting limits.planning.`;
}

/** A fetch of entities at a place, put among the place's. */
export function addEntityFetch(place: Place, subgraph: string, needs: ReadonlySet<FetchDraft>): FetchDraft {
  const asks: EntityAsk = { place, told: new Map() };
  const operationKind = OperationTypeNode.QUERY;
  const fetch: FetchDraft = { subgraph, operationKind, selection: new LocalSelection(), asks, needs };
  place.hops.push(fetch);
  return fetch;
}
