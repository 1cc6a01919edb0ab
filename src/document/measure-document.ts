import { Kind } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import type { DocumentLimits } from '../config/limits.ts';
import { exceededLimit } from './exceeded-limit.ts';
import { MAX_NESTING } from './nesting.ts';

/** How large a selection set is, with fragments where they are spread. */
type Extent = {
  /** Levels of fields, leaves included. What is below `__schema` and `__type` counts by itself. */
  depth: number;
  introspectionDepth: number;
  /** Fields of the names in SCHEMA_LISTS; and those of them below `__schema` and `__type`. */
  schemaLists: number;
  introspectedLists: number;
  selections: number;
  /** Fields of its first level. */
  fields: number;
  /** Levels of selection sets, those of fragments among them. */
  nesting: number;
};

/** What a definition holds as it is written, and whose fragments it spreads. */
type Written = { readonly aliases: number; readonly directives: number; readonly spreads: ReadonlySet<string> };

type Measuring = {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** `measuring`: the fragment is above itself. */
  readonly extents: Map<string, Extent | 'measuring'>;
  cyclic: boolean;
};

const NOTHING: Extent = {
  depth: 0,
  introspectionDepth: 0,
  schemaLists: 0,
  introspectedLists: 0,
  selections: 0,
  fields: 0,
  nesting: 0,
};

/** GraphiQL's own query has 15 levels. */
const INTROSPECTION_DEPTH = 20;

const INTROSPECTION: ReadonlySet<string> = new Set(['__schema', '__type']);

/** What makes introspection long. GraphiQL's own query has 5; so many take 0.1 s on a schema of 500 types. */
const SCHEMA_LISTS: ReadonlySet<string> = new Set(['types', 'fields', 'inputFields', 'interfaces', 'possibleTypes']);
const INTROSPECTED_LISTS = 10;

/**
 * Counts a document's operations against the limits in one linear pass: each fragment is measured once. Throws
 * RequestErrors. `cyclic` says that fragments contain themselves, which validation refuses.
 */
export function measureDocument(
  { definitions }: DocumentNode,
  limits: DocumentLimits,
): { readonly selections: number; readonly cyclic: boolean } {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measuring: Measuring = { fragments, extents: new Map(), cyclic: false };
  const written = new Map(Array.from(fragments, ([name, fragment]) => [name, readWritten(fragment)]));
  let selections = 0;
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    checkWritten(definition, written, limits);
    const extent = measure(definition.selectionSet, 1, measuring);
    selections += extent.selections;
    checkExtent(extent, { limits, operation: definition, selections });
  }
  for (const fragment of fragments.values()) measureFragment(fragment.name.value, 1, measuring);
  return { selections, cyclic: measuring.cyclic };
}

function checkExtent(
  { depth, introspectionDepth, introspectedLists, fields }: Extent,
  {
    limits,
    operation: node,
    selections,
  }: { limits: DocumentLimits; operation: OperationDefinitionNode; selections: number },
): void {
  if (fields > limits.rootFields)
    throw exceededLimit({ key: 'rootFields', limit: limits.rootFields, found: fields, node });
  if (depth > limits.depth) throw exceededLimit({ key: 'depth', limit: limits.depth, found: depth, node });
  if (introspectionDepth > INTROSPECTION_DEPTH) {
    const counted = 'levels of introspection';
    throw exceededLimit({
      key: 'depth',
      limit: INTROSPECTION_DEPTH,
      counted,
      found: introspectionDepth,
      node,
      isFixed: true,
    });
  }
  if (introspectedLists > INTROSPECTED_LISTS) {
    const counted = `of ${[...SCHEMA_LISTS].join(', ')} in introspection`;
    throw exceededLimit({
      key: 'cost',
      limit: INTROSPECTED_LISTS,
      counted,
      found: introspectedLists,
      node,
      isFixed: true,
    });
  }
  if (selections > limits.selections)
    throw exceededLimit({ key: 'selections', limit: limits.selections, found: selections, node });
}

/** Aliases and directives are counted as they are written: once for a fragment, wherever it is spread. */
function checkWritten(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, Written>,
  limits: DocumentLimits,
): void {
  let { aliases, directives } = readWritten(operation);
  const reached = new Set(readWritten(operation).spreads);
  for (const name of reached) {
    const fragment = fragments.get(name);
    if (fragment === undefined) continue;
    aliases += fragment.aliases;
    directives += fragment.directives;
    for (const spread of fragment.spreads) reached.add(spread);
  }
  if (aliases > limits.aliases)
    throw exceededLimit({ key: 'aliases', limit: limits.aliases, found: aliases, node: operation });
  if (directives > limits.directives)
    throw exceededLimit({ key: 'directives', limit: limits.directives, found: directives, node: operation });
}

function readWritten(definition: OperationDefinitionNode | FragmentDefinitionNode): Written {
  const spreads = new Set<string>();
  let aliases = 0;
  let directives = countDirectives([definition, ...(definition.variableDefinitions ?? [])]);
  const queue = [definition.selectionSet];
  for (const { selections } of queue) {
    directives += countDirectives(selections);
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) spreads.add(selection.name.value);
      else if (selection.selectionSet !== undefined) queue.push(selection.selectionSet);
      if (selection.kind === Kind.FIELD && selection.alias !== undefined) aliases++;
    }
  }
  return { aliases, directives, spreads };
}

function countDirectives(nodes: readonly { readonly directives?: readonly unknown[] | undefined }[]): number {
  return nodes.reduce((sum, { directives = [] }) => sum + directives.length, 0);
}

function measure(selectionSet: SelectionSetNode, level: number, measuring: Measuring): Extent {
  checkNesting(level);
  const extent: Extent = { ...NOTHING, nesting: 1 };
  for (const selection of selectionSet.selections) {
    extent.selections++;
    switch (selection.kind) {
      case Kind.FIELD: {
        const below = selection.selectionSet ? measure(selection.selectionSet, level + 1, measuring) : NOTHING;
        addField(extent, below, selection.name.value);
        break;
      }
      case Kind.INLINE_FRAGMENT:
        addFragment(extent, measure(selection.selectionSet, level + 1, measuring));
        break;
      case Kind.FRAGMENT_SPREAD: {
        const fragment = measureFragment(selection.name.value, level + 1, measuring);
        if (fragment !== undefined) addFragment(extent, fragment);
        break;
      }
    }
  }
  return extent;
}

/** undefined for a fragment that is not there, or that is above itself. */
function measureFragment(name: string, level: number, measuring: Measuring): Extent | undefined {
  const known = measuring.extents.get(name);
  if (known === 'measuring') {
    measuring.cyclic = true;
    return undefined;
  }
  if (known !== undefined) {
    checkNesting(level + known.nesting - 1);
    return known;
  }
  const fragment = measuring.fragments.get(name);
  if (fragment === undefined) return undefined;
  measuring.extents.set(name, 'measuring');
  const extent = measure(fragment.selectionSet, level, measuring);
  measuring.extents.set(name, extent);
  return extent;
}

function addField(extent: Extent, below: Extent, name: string): void {
  const isIntrospection = INTROSPECTION.has(name);
  extent.fields++;
  extent.depth = Math.max(extent.depth, isIntrospection ? 1 : 1 + below.depth);
  const introspectionDepth = isIntrospection ? 1 + below.depth : below.introspectionDepth;
  extent.introspectionDepth = Math.max(extent.introspectionDepth, introspectionDepth);
  extent.schemaLists += below.schemaLists + (SCHEMA_LISTS.has(name) ? 1 : 0);
  extent.introspectedLists += isIntrospection ? below.schemaLists : below.introspectedLists;
  extent.selections += below.selections;
  extent.nesting = Math.max(extent.nesting, 1 + below.nesting);
}

function addFragment(extent: Extent, fragment: Extent): void {
  extent.fields += fragment.fields;
  extent.schemaLists += fragment.schemaLists;
  extent.introspectedLists += fragment.introspectedLists;
  extent.depth = Math.max(extent.depth, fragment.depth);
  extent.introspectionDepth = Math.max(extent.introspectionDepth, fragment.introspectionDepth);
  extent.selections += fragment.selections;
  extent.nesting = Math.max(extent.nesting, 1 + fragment.nesting);
}

function checkNesting(levels: number): void {
  if (levels <= MAX_NESTING) return;
  const counted = 'selections in each other, fragments among them';
  throw exceededLimit({ key: 'depth', limit: MAX_NESTING, counted, isFixed: true });
}
