import type { Problem } from '../../errors/problem.ts';
import type { ListLength, TypeEdge, UnbatchedCall } from '../../model/call-graph.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';

type Edge = TypeEdge & { readonly subgraph: SubgraphSchema };

/** A field that gives a list. */
type List = Edge & { readonly list: ListLength };

/** All subgraphs' types as one graph: from an entity of one it goes on in the others. */
type Graph = {
  readonly edges: readonly Edge[];
  readonly lists: readonly List[];
  /** Types from which one of these is reached without a further list, these among them. */
  readonly reaching: (types: readonly string[]) => ReadonlySet<string>;
  /** The lists that a list may stand in. */
  readonly around: (list: List) => readonly List[];
  /** What `worstOf` has found. */
  readonly worst: Map<List, number | undefined>;
};

/** Each call that a list, of its own or another subgraph, makes once for each of its items, with how many that are at worst. */
export function hintCallsNotBatched(subgraphs: readonly SubgraphSchema[]): readonly Problem[] {
  if (subgraphs.every(({ callGraph }) => callGraph.unbatched.length === 0)) return [];
  const graph = readGraph(subgraphs);
  return subgraphs.flatMap((subgraph) =>
    subgraph.callGraph.unbatched.flatMap((call) => {
      const callers = findCallers(call, subgraph, graph);
      return callers.length === 0 ? [] : [toHint(call, callers, { subgraph, graph })];
    }),
  );
}

/** A field's call is made for each object; an entity's for each of which the answer has the key alone, or not what this subgraph has. */
function findCallers({ coordinate }: UnbatchedCall, subgraph: SubgraphSchema, graph: Graph): readonly List[] {
  const [type = '', field] = coordinate.split('.');
  const isAsking = ({ target, isReference, subgraph: other }: Edge) =>
    target === type && (isReference || (other !== subgraph && lacks(other, subgraph, type)));
  const asking = field === undefined ? graph.edges.filter(isAsking) : [];
  const owners = asking.flatMap(({ owner, list }) => (list === undefined ? [owner] : []));
  const from = graph.reaching(field === undefined ? owners : [type]);
  return graph.lists.filter((list) => from.has(list.target) || asking.includes(list));
}

function lacks(other: SubgraphSchema, subgraph: SubgraphSchema, type: string): boolean {
  const known = fieldsOf(other, type);
  return [...fieldsOf(subgraph, type)].some((name) => !known.has(name));
}

function fieldsOf({ schema }: SubgraphSchema, name: string): ReadonlySet<string> {
  const type = schema.getType(name);
  return new Set(type !== undefined && 'getFields' in type ? Object.keys(type.getFields()) : []);
}

/** Lists that a hint names. */
const MOST_NAMED = 5;

function toHint(
  { kind, coordinate, place, match }: UnbatchedCall,
  callers: readonly List[],
  { subgraph, graph }: { readonly subgraph: SubgraphSchema; readonly graph: Graph },
): Problem {
  const [type = ''] = coordinate.split('.');
  const numbers = callers.slice(0, MOST_NAMED).map((caller) => {
    const isNested = graph.around(caller).length > 0;
    const known = caller.list.said === undefined ? [] : [caller.list.said];
    const parts = isNested ? [...known, `times the ${caller.owner}s of a list`] : known;
    const name = String(caller.coordinate);
    return parts.length === 0 ? name : `${name} (${parts.join(', ')})`;
  });
  const more = callers.length > MOST_NAMED ? [`${callers.length - MOST_NAMED} lists more`] : [];
  return {
    severity: 'hint',
    code: 'CALLS_NOT_BATCHED',
    message: `${coordinate} takes one call for each ${type} of ${[...new Set(numbers), ...more].join(' and of ')}.${sayWorst(callers, graph)}`,
    remedy: `If the service can be asked for many at once: @${kind}(batch: { match: "${match ?? '…'}" })${match === undefined ? `, with a @key on ${type}` : ''}.`,
    coordinate,
    subgraph: subgraph.name,
    places: [place],
  };
}

/** Wherever the field is selected once. */
function sayWorst(callers: readonly List[], graph: Graph): string {
  const worst = callers.map((list) => worstOf(list, graph));
  const bounded = worst.filter((most) => most !== undefined);
  return bounded.length < worst.length ? '' : ` That is ${Math.max(...bounded)} calls at worst.`;
}

/** How many items a list has at most, with all the lists that it may stand in; undefined where one of them has no bound. */
function worstOf(list: List, graph: Graph): number | undefined {
  const known = graph.worst;
  if (known.has(list)) return known.get(list);
  known.set(list, undefined); // a list that leads to itself has no bound
  const { most } = list.list;
  if (most === undefined) return undefined;
  const around = graph.around(list).map((outer) => worstOf(outer, graph));
  const bounds = around.filter((bound) => bound !== undefined);
  const worst = bounds.length < around.length ? undefined : most * Math.max(1, ...bounds);
  known.set(list, worst);
  return worst;
}

function readGraph(subgraphs: readonly SubgraphSchema[]): Graph {
  const edges = subgraphs.flatMap((subgraph) => subgraph.callGraph.edges.map((edge): Edge => ({ ...edge, subgraph })));
  const leadingTo = Map.groupBy(
    edges.filter(({ list }) => list === undefined),
    ({ target }) => target,
  );
  const lists = edges.filter((edge): edge is List => edge.list !== undefined);
  const reaching = (types: readonly string[]): ReadonlySet<string> => walkBack(types, leadingTo);
  const around = new Map<string, readonly List[]>();
  return {
    edges,
    lists,
    reaching,
    around: ({ owner }) => {
      const from = around.has(owner) ? undefined : reaching([owner]);
      if (from !== undefined)
        around.set(
          owner,
          lists.filter(({ target }) => from.has(target)),
        );
      return around.get(owner) ?? [];
    },
    worst: new Map(),
  };
}

function walkBack(types: readonly string[], leadingTo: ReadonlyMap<string, readonly Edge[]>): ReadonlySet<string> {
  const found = new Set(types);
  // A set gives what is added to it meanwhile, too.
  for (const type of found) for (const { owner } of leadingTo.get(type) ?? []) found.add(owner);
  return found;
}
