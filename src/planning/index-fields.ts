import { Kind, print, type FieldDefinitionNode, type TypeNode } from 'graphql';
import type { FieldIn, GraphField, IndexReading, OverrideLabel } from './graph-index.ts';
import { readJoins, textOf, type JoinArguments } from './join-directives.ts';

/** A type's fields by name. Without a `join__field`, every subgraph of the type has and resolves a field. */
export function readFields(
  fields: readonly FieldDefinitionNode[],
  subgraphsOfType: readonly string[],
  reading: IndexReading,
): ReadonlyMap<string, GraphField> {
  return new Map(
    fields.map((field) => {
      const name = field.name.value;
      return [name, { name, type: namedType(field.type), subgraphs: readSubgraphs(field, subgraphsOfType, reading) }];
    }),
  );
}

const namedType = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type));

function readSubgraphs(
  field: FieldDefinitionNode,
  subgraphsOfType: readonly string[],
  reading: IndexReading,
): ReadonlyMap<string, FieldIn> {
  const typeText = print(field.type);
  const joins = readJoins(field, 'join__field');
  if (joins.length === 0) {
    const plain = readFieldIn(new Map(), typeText, reading);
    return new Map(subgraphsOfType.map((subgraph) => [subgraph, plain]));
  }
  // A `join__field` of no subgraph: the field comes from an interface object.
  return new Map(
    joins.flatMap((join): [string, FieldIn][] => {
      const graph = textOf(join, 'graph');
      return graph === undefined
        ? []
        : [[reading.graphNames.get(graph) ?? graph, readFieldIn(join, typeText, reading)]];
    }),
  );
}

function readFieldIn(join: JoinArguments, typeText: string, { toSelections }: IndexReading): FieldIn {
  const text = textOf(join, 'type') ?? typeText;
  const requires = textOf(join, 'requires');
  const provides = textOf(join, 'provides');
  return {
    typeText: text,
    type: text.replaceAll(/[[\]!\s]/g, ''),
    listLevels: text.split('[').length - 1,
    isStricter: text !== typeText,
    isExternal: join.get('external') === true || join.get('usedOverridden') === true,
    requires: requires === undefined ? undefined : toSelections(requires),
    provides: provides === undefined ? undefined : toSelections(provides),
    label: readLabel(join),
  };
}

/** Of two subgraphs with one label, the one that names the other in `override` has the field where it is followed. */
function readLabel(join: JoinArguments): OverrideLabel | undefined {
  const name = textOf(join, 'overrideLabel');
  return name === undefined ? undefined : { name, isFollowed: join.has('override') };
}
