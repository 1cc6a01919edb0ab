import { GraphQLError, isLeafType, isListType, isNonNullType, isObjectType, Kind } from 'graphql';
import type {
  ASTVisitor,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLOutputType,
  SelectionSetNode,
  ValidationContext,
  ValueNode,
} from 'graphql';
import { mergeSelections, selectedBelow } from './merge-selections.ts';
import type { Merging, Selected, SelectedField } from './merge-selections.ts';

type Conflict = { readonly fields: readonly [SelectedField, SelectedField]; readonly reason: string };

type Checking = Merging & {
  readonly report: (key: string, conflict: Conflict) => void;
  /** Sets of selections that were merged and compared already, by the numbers of their nodes. */
  readonly compared: Set<string>;
  readonly numbers: Map<SelectionSetNode, number>;
  readonly argumentTexts: Map<FieldNode, string>;
};

/**
 * FieldsInSetCanMerge of the GraphQL specification (5.3.2), by comparing each field with the first one of its response
 * key instead of all pairs, after S. Wu, "GraphQL Overlapping Fields Can Be Merged fast" (XING, 2019): linear for
 * documents as people write them. `visit` is called for each selection that is looked at, and may throw.
 */
export function overlappingFields(visit: () => void): (context: ValidationContext) => ASTVisitor {
  return (context) => {
    const fragments = new Map<string, FragmentDefinitionNode>();
    for (const definition of context.getDocument().definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    }
    const schema = context.getSchema();
    const checking: Checking = {
      schema,
      fragments,
      visit,
      report: reportOnce(context),
      compared: new Set(),
      numbers: new Map(),
      argumentTexts: new Map(),
    };
    return {
      OperationDefinition({ selectionSet, operation }) {
        const root = [{ selectionSet, parent: schema.getRootType(operation) ?? undefined }];
        checkSameFields(root, checking);
        checkShapes(root, checking);
        return false;
      },
    };
  };
}

function reportOnce(context: ValidationContext): Checking['report'] {
  const reported = new Set<FieldNode>();
  return (key, { fields: [first, other], reason }) => {
    if (reported.has(other.node)) return;
    reported.add(other.node);
    const message = `Fields "${key}" conflict because ${reason}. Use different aliases on the fields to fetch both if this was intentional.`;
    context.reportError(new GraphQLError(message, { nodes: [first.node, other.node] }));
  };
}

/** SameResponseShape: whatever types they are selected on, fields of one response key must look alike. */
function checkShapes(selected: readonly Selected[], checking: Checking): void {
  for (const [key, fields] of mergeSelections(selected, checking)) {
    const first = fields.find(({ definition }) => definition !== undefined);
    for (const other of fields) {
      const reason = first && differentShape(first, other);
      if (first && reason) checking.report(key, { fields: [first, other], reason });
    }
    const below = selectedBelow(fields);
    if (below.length > 0) checkShapes(below, checking);
  }
}

function differentShape(
  { definition: first }: SelectedField,
  { definition: other }: SelectedField,
): string | undefined {
  if (first === undefined || other === undefined || first.type === other.type) return undefined;
  return haveSameShape(first.type, other.type)
    ? undefined
    : `they return conflicting types "${String(first.type)}" and "${String(other.type)}"`;
}

function haveSameShape(first: GraphQLOutputType, other: GraphQLOutputType): boolean {
  if (isNonNullType(first)) return isNonNullType(other) && haveSameShape(first.ofType, other.ofType);
  if (isListType(first)) return isListType(other) && haveSameShape(first.ofType, other.ofType);
  if (isNonNullType(other) || isListType(other)) return false;
  return first === other || !(isLeafType(first) || isLeafType(other));
}

/** Fields that one object can have under one response key must be the same field with the same arguments. */
function checkSameFields(selected: readonly Selected[], checking: Checking): void {
  if (!isNew(selected, checking)) return;
  for (const [key, fields] of mergeSelections(selected, checking)) {
    for (const group of groupByObject(fields)) {
      const [first] = group;
      for (const other of group) {
        const reason = first && differentField(first, other, checking);
        if (first && reason) checking.report(key, { fields: [first, other], reason });
      }
      const below = selectedBelow(group);
      if (below.length > 0) checkSameFields(below, checking);
    }
  }
}

/** For each object type the fields that an object of it can have: those selected on it, and on abstract types. */
function groupByObject(fields: readonly SelectedField[]): readonly (readonly SelectedField[])[] {
  const onAbstract = fields.filter(({ parent }) => !isObjectType(parent));
  if (onAbstract.length === fields.length) return [fields];
  const byObject = new Map<unknown, SelectedField[]>();
  for (const field of fields) {
    if (!isObjectType(field.parent)) continue;
    const group = byObject.get(field.parent);
    if (group === undefined) byObject.set(field.parent, [...onAbstract, field]);
    else group.push(field);
  }
  return [...byObject.values()];
}

function differentField(first: SelectedField, other: SelectedField, checking: Checking): string | undefined {
  const [name, otherName] = [first.node.name.value, other.node.name.value];
  if (name !== otherName) return `"${name}" and "${otherName}" are different fields`;
  if (first === other || argumentText(first.node, checking) === argumentText(other.node, checking)) return undefined;
  return 'they have differing arguments';
}

function isNew(selected: readonly Selected[], { compared, numbers }: Checking): boolean {
  const ids = selected.map(({ selectionSet }) => {
    const known = numbers.get(selectionSet) ?? numbers.size;
    numbers.set(selectionSet, known);
    return known;
  });
  const key = [...new Set(ids)].toSorted((left, right) => left - right).join(',');
  if (compared.has(key)) return false;
  compared.add(key);
  return true;
}

function argumentText(node: FieldNode, { argumentTexts }: Checking): string {
  const known = argumentTexts.get(node);
  if (known !== undefined) return known;
  const text = printSorted(node.arguments ?? []);
  argumentTexts.set(node, text);
  return text;
}

/** Arguments and input fields in the order of their names: their order means nothing. */
function printSorted(
  named: readonly { readonly name: { readonly value: string }; readonly value: ValueNode }[],
): string {
  return named
    .map(({ name, value }) => `${name.value}:${printValue(value)}`)
    .toSorted()
    .join(',');
}

function printValue(value: ValueNode): string {
  switch (value.kind) {
    case Kind.VARIABLE:
      return `$${value.name.value}`;
    case Kind.LIST:
      return `[${value.values.map(printValue).join(',')}]`;
    case Kind.OBJECT:
      return `{${printSorted(value.fields)}}`;
    case Kind.STRING:
      return JSON.stringify(value.value);
    case Kind.NULL:
      return 'null';
    case Kind.BOOLEAN:
    case Kind.INT:
    case Kind.FLOAT:
    case Kind.ENUM:
      return String(value.value);
  }
}
