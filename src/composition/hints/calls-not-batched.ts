import type { Problem } from '../../errors/problem.ts';
import type { ListLength, TypeEdge, UnbatchedCall } from '../../model/call-graph.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';

type Edge = TypeEdge & { readonly subgraph: SubgraphSchema };

/** A field that gives a list, and what each of its items leads to without a further list. */
type List = Edge & { readonly list: ListLength; readonly reach: Reach };

type Reach = { readonly types: ReadonlySet<string>; readonly edges: ReadonlySet<Edge> };

/** Each call that a list, of its own or another subgraph, makes once for each of its items, with how many that are at worst. */
export function hintCallsNotBatched(subgraphs: readonly SubgraphSchema[]): readonly Problem[] {
  if (subgraphs.every(({ callGraph }) => callGraph.unbatched.length === 0)) return [];
  const lists = readLists(subgraphs);
  return subgraphs.flatMap((subgraph) =>
    subgraph.callGraph.unbatched.flatMap((call) => {
      const callers = lists.filter((list) => isCaller(list, call, subgraph));
      return callers.length === 0 ? [] : [toHint(call, callers, { subgraph, lists })];
    }),
  );
}

/** A field's call is made for each object; an entity's for each of which the answer has the key alone, or not what this subgraph has. */
function isCaller({ reach }: List, { coordinate }: UnbatchedCall, subgraph: SubgraphSchema): boolean {
  const [type = '', field] = coordinate.split('.');
  if (field !== undefined) return reach.types.has(type);
  return [...reach.edges].some(
    (edge) =>
      edge.target === type &&
      (edge.isReference || (edge.subgraph !== subgraph && lacks(edge.subgraph, subgraph, type))),
  );
}

function lacks(other: SubgraphSchema, subgraph: SubgraphSchema, type: string): boolean {
  const known = fieldsOf(other, type);
  return [...fieldsOf(subgraph, type)].some((name) => !known.has(name));
}

function fieldsOf({ schema }: SubgraphSchema, name: string): ReadonlySet<string> {
  const type = schema.getType(name);
  return new Set(type !== undefined && 'getFields' in type ? Object.keys(type.getFields()) : []);
}

function toHint(
  { kind, coordinate, place, match }: UnbatchedCall,
  callers: readonly List[],
  { subgraph, lists }: { readonly subgraph: SubgraphSchema; readonly lists: readonly List[] },
): Problem {
  const [type = ''] = coordinate.split('.');
  const numbers = callers.map((caller) => {
    const isNested = lists.some(({ reach }) => reach.types.has(caller.owner));
    const known = caller.list.said === undefined ? [] : [caller.list.said];
    const parts = isNested ? [...known, `times the ${caller.owner}s of a list`] : known;
    const name = String(caller.coordinate);
    return parts.length === 0 ? name : `${name} (${parts.join(', ')})`;
  });
  return {
    severity: 'hint',
    code: 'CALLS_NOT_BATCHED',
    message: `${coordinate} takes one call for each ${type} of ${[...new Set(numbers)].join(' and of ')}.${sayWorst(callers, lists)}`,
    remedy: `If the service can be asked for many at once: @${kind}(batch: { match: "${match ?? '…'}" })${match === undefined ? `, with a @key on ${type}` : ''}.`,
    coordinate,
    subgraph: subgraph.name,
    places: [place],
  };
}

/** Wherever the field is selected once. */
function sayWorst(callers: readonly List[], lists: readonly List[]): string {
  const known = new Map<List, number | undefined>();
  const worst = callers.map((list) => worstOf(list, lists, known));
  const bounded = worst.filter((most) => most !== undefined);
  return bounded.length < worst.length ? '' : ` That is ${Math.max(...bounded)} calls at worst.`;
}

/** How many items a list has at most, with all the lists that it may stand in; undefined where one of them has no bound. */
function worstOf(list: List, lists: readonly List[], known: Map<List, number | undefined>): number | undefined {
  if (known.has(list)) return known.get(list);
  known.set(list, undefined); // a list that leads to itself has no bound
  const around = lists.filter(({ reach }) => reach.types.has(list.owner)).map((outer) => worstOf(outer, lists, known));
  const bounds = around.filter((most) => most !== undefined);
  const { most } = list.list;
  const worst = most === undefined || bounds.length < around.length ? undefined : most * Math.max(1, ...bounds);
  known.set(list, worst);
  return worst;
}

/** What several subgraphs say of a type is one graph: from an entity of one it goes on in the others. */
function readLists(subgraphs: readonly SubgraphSchema[]): readonly List[] {
  const edges = subgraphs.flatMap((subgraph) => subgraph.callGraph.edges.map((edge) => ({ ...edge, subgraph })));
  const single = Map.groupBy(
    edges.filter(({ list }) => list === undefined),
    ({ owner }) => owner,
  );
  return edges.flatMap((edge) =>
    edge.list === undefined ? [] : [{ ...edge, list: edge.list, reach: follow(edge, single) }],
  );
}

function follow(start: Edge, single: ReadonlyMap<string, readonly Edge[]>): Reach {
  const types = new Set<string>();
  const edges = new Set<Edge>();
  const open = [start];
  for (let edge = open.pop(); edge !== undefined; edge = open.pop()) {
    edges.add(edge);
    if (types.has(edge.target)) continue;
    types.add(edge.target);
    open.push(...(single.get(edge.target) ?? []));
  }
  return { types, edges };
}
