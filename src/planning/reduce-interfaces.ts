import {
  parse,
  print,
  visit,
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
} from 'graphql';
import { indexTypes, isLeaf, type TypeIndex } from './index-types.ts';
import { isResolvedBy, named, readText } from './join-directives.ts';

/** By interfaces that are reduced: the fields that they have lost, and the object types on which to ask these instead. */
export type WrittenOut = ReadonlyMap<
  string,
  { readonly fields: ReadonlySet<string>; readonly types: readonly string[] }
>;

/** A supergraph for the native planner alone. */
export type ReducedSupergraph = { readonly sdl: string; readonly writtenOut: WrittenOut };

type Reduction = { readonly home: string; readonly fields: ReadonlySet<string>; readonly types: readonly string[] };

/**
 * The native planner writes out an interface that several subgraphs define for each of its types, at each level. Where
 * one subgraph alone gives objects by the interface, and resolves all that it says of them, the others need not
 * have it: what they add is asked on the types. The subgraphs would be just as right without it, so the plans are.
 */
export function reduceInterfaces(sdl: string): ReducedSupergraph {
  const document = parse(sdl, { noLocation: true });
  const index = indexTypes(document);
  const reductions = new Map<string, Reduction>();
  for (const definition of index.interfaces.values()) {
    const reduction = findReduction(definition, index);
    if (reduction !== undefined) reductions.set(definition.name.value, reduction);
  }
  return { sdl: reductions.size === 0 ? sdl : print(reduce(document, reductions)), writtenOut: reductions };
}

function findReduction(definition: InterfaceTypeDefinitionNode, index: TypeIndex): Reduction | undefined {
  const name = definition.name.value;
  const graphs = new Set(named(definition, 'join__type').map((join) => readText(join, 'graph')));
  const [home, ...others] = index.positions.get(name) ?? [];
  if (graphs.size < 2 || home === undefined || others.length > 0 || !graphs.has(home)) return undefined;
  const types = index.possibleTypes(name);
  const { kept, lost } = splitFields(definition, home);
  const isReducible =
    isPlainInterface(definition, index) &&
    lost.every((field) => isLeaf(field.type, index)) &&
    isWholeAt(home, { name, types, fields: kept }, index) &&
    !hasOtherPositions(name, { graphs, home, types }, index);
  return isReducible ? { home, types, fields: new Set(lost.map((field) => field.name.value)) } : undefined;
}

type Kept = {
  readonly name: string;
  readonly types: readonly string[];
  readonly fields: readonly FieldDefinitionNode[];
};

/** Whether a subgraph knows all types of an interface as such, and resolves these fields of each. */
function isWholeAt(home: string, { name, types, fields }: Kept, index: TypeIndex): boolean {
  return (
    !index.isInaccessible([name, ...types]) &&
    index.implementors(name).every((type) => implementsIn(type.directives, name, home)) &&
    types.every((type) => fields.every((field) => isResolvedBy(home, index.joinsOf(type, field.name.value))))
  );
}

/** Nothing is said of it but which subgraphs have it and its fields, and no field set or other type depends on it. */
function isPlainInterface(definition: InterfaceTypeDefinitionNode, index: TypeIndex): boolean {
  const joins = [definition, ...(definition.fields ?? [])].flatMap((node) => [
    ...named(node, 'join__type'),
    ...named(node, 'join__field'),
  ]);
  return (
    (definition.interfaces ?? []).length === 0 &&
    joins.every((join) => join.arguments?.every((argument) => argument.name.value === 'graph')) &&
    !index.mentioned.has(definition.name.value)
  );
}

function splitFields({ fields = [] }: InterfaceTypeDefinitionNode, home: string) {
  const isKept = (field: FieldDefinitionNode): boolean => {
    const joins = named(field, 'join__field');
    return joins.length === 0 || joins.some((join) => readText(join, 'graph') === home);
  };
  return { kept: fields.filter(isKept), lost: fields.filter((field) => !isKept(field)) };
}

const implementsIn = (directives: readonly ConstDirectiveNode[] | undefined, name: string, graph: string) =>
  named({ directives }, 'join__implements').some(
    (join) => readText(join, 'interface') === name && readText(join, 'graph') === graph,
  );

/** Whether another subgraph that has the interface gives its objects by another abstract type: there, `... on` may need it. */
function hasOtherPositions(
  name: string,
  { graphs, home, types }: { graphs: ReadonlySet<string | undefined>; home: string; types: readonly string[] },
  index: TypeIndex,
): boolean {
  const own = new Set(types);
  return [...index.positions].some(
    ([other, places]) =>
      other !== name &&
      [...places].some((graph) => graph !== home && graphs.has(graph)) &&
      index.possibleTypes(other).some((type) => own.has(type)),
  );
}

function reduce(document: DocumentNode, reductions: ReadonlyMap<string, Reduction>): DocumentNode {
  return visit(document, {
    InterfaceTypeDefinition(type) {
      const reduction = reductions.get(type.name.value);
      if (reduction === undefined) return undefined;
      const isHome = (directive: ConstDirectiveNode) =>
        directive.name.value !== 'join__type' || readText(directive, 'graph') === reduction.home;
      const fields = (type.fields ?? [])
        .filter((field) => !reduction.fields.has(field.name.value))
        .map((field) => ({ ...field, directives: field.directives?.filter((join) => !isNamed(join, 'join__field')) }));
      return { ...type, directives: type.directives?.filter(isHome), fields };
    },
    Directive(directive) {
      if (!isNamed(directive, 'join__implements')) return undefined;
      const reduction = reductions.get(readText(directive, 'interface') ?? '');
      return reduction === undefined || readText(directive, 'graph') === reduction.home ? undefined : null;
    },
  });
}

const isNamed = (directive: DirectiveNode, name: string) => directive.name.value === name;
