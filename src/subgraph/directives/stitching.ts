import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import type { Fault } from '../report.ts';
import type { DirectiveDeclaration } from './declaration.ts';
import { readRenames, type Rename, renameDirective } from './rename.ts';

/** How plain GraphQL services are merged and what is added to them. `@merge` and `@computed` are graphql-tools'. */
export const stitchingDeclarations: readonly DirectiveDeclaration[] = [
  {
    name: 'merge',
    sdl: /* GraphQL */ `
      """
      Marks a query of a plain GraphQL service as the way to fetch entities of its type by key: \`ordersByIds(ids: [ID!]!): [Order]! @merge(keyField: "id")\`.
      A query that gives a list is asked for many keys at once, and its answers are matched by their keys.
      """
      directive @merge(
        """
        The key's field, where the key is one field.
        """
        keyField: String
        """
        The argument that takes the key or the list of keys; the first one by default. A path (\`input.ids\`) leads into an input object.
        """
        keyArg: String
        """
        Further arguments, as GraphQL: \`"archived: true"\`.
        """
        additionalArgs: String
        """
        The fields of a key of several fields, for an argument that takes input objects: \`["region", "number"]\`.
        """
        key: [String!]
        """
        All arguments as GraphQL, with the key's fields as \`$key.region\`; a list of keys stands in double brackets: \`"keys: [[$key]]"\`.
        """
        argsExpr: String
      ) on FIELD_DEFINITION
    `,
  },
  {
    name: 'computed',
    sdl: /* GraphQL */ `
      """
      A field that no plain GraphQL service has, made of fields of the same object.
      Of an object type, the selection is the value, and aliases name its fields: \`author: User @computed(selectionSet: "{ id: authorId }")\`.
      Of a scalar or enum, the value is the selection's one field: \`placedOn: String @computed(selectionSet: "{ placed_on }")\`.
      """
      directive @computed(selectionSet: String!) on FIELD_DEFINITION
    `,
  },
  {
    name: 'delegate',
    sdl: /* GraphQL */ `
      """
      A field that is answered by a query of a plain GraphQL service: \`orders: [Order!]! @delegate(to: "ordersByUser(userId: $id)")\`.
      A variable is an argument of the field, or else a field of the object it is on.
      Where the query gives a list and the field is none, it is the list's one item.
      """
      directive @delegate(to: String!) on FIELD_DEFINITION
    `,
  },
  renameDirective,
];

type FieldPlace = {
  readonly type: string;
  readonly field: FieldDefinitionNode;
  readonly directive: ConstDirectiveNode;
};

/** A query that fetches entities by key; `args` as written, for graphql-tools. */
export type MergeField = FieldPlace & { readonly kind: 'merge'; readonly args: Readonly<Record<string, unknown>> };

/** A field made of others: the selection's fields. */
export type ComputedField = FieldPlace & { readonly kind: 'computed'; readonly selection: readonly FieldNode[] };

/** A field answered by a service's query. */
export type DelegateField = FieldPlace & { readonly kind: 'delegate'; readonly target: FieldNode };

export type StitchedField = MergeField | ComputedField | DelegateField;

/** The stitching directives of a subgraph's SDL, and what is wrong in the texts they hold. */
export function readStitching(document: DocumentNode): {
  readonly fields: readonly StitchedField[];
  readonly renames: readonly Rename[];
  readonly faults: readonly Fault[];
} {
  const faults: Fault[] = [];
  const fields = document.definitions
    .filter(
      (node): node is ObjectTypeDefinitionNode | ObjectTypeExtensionNode =>
        node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION,
    )
    .flatMap((type) => (type.fields ?? []).flatMap((field) => readField(type.name.value, field, faults)));
  return { fields, renames: readRenames(document), faults };
}

function readField(type: string, field: FieldDefinitionNode, faults: Fault[]): StitchedField[] {
  const found = (field.directives ?? []).flatMap((directive): StitchedField[] => {
    const place = { type, field, directive };
    try {
      return readDirective(place);
    } catch (error) {
      faults.push(toFault(place, error instanceof Error ? error.message : String(error)));
      return [];
    }
  });
  const [, second] = found;
  if (second !== undefined)
    faults.push({
      ...toFault(second, 'stands beside another one of @merge, @computed and @delegate.'),
      remedy: 'Keep one of them.',
    });
  return found;
}

function readDirective(place: FieldPlace): StitchedField[] {
  const args = readArguments(place.directive);
  const { value: name } = place.directive.name;
  if (place.type === 'Subscription' && name in REMEDIES)
    throw new Error('cannot stand on a field of Subscription, which is the service’s own.');
  switch (name) {
    case 'merge':
      if (place.type !== 'Query') throw new Error('belongs on fields of Query: it marks how a service is asked.');
      return [{ ...place, kind: 'merge', args }];
    case 'computed':
      return [{ ...place, kind: 'computed', selection: readSelection(String(args.selectionSet)) }];
    case 'delegate':
      return [{ ...place, kind: 'delegate', target: readTarget(String(args.to)) }];
  }
  return [];
}

function readArguments(directive: ConstDirectiveNode): Readonly<Record<string, unknown>> {
  const entries = (directive.arguments ?? []).map(
    ({ name, value }) => [name.value, valueFromASTUntyped(value)] as const,
  );
  return Object.fromEntries(entries);
}

function readSelection(text: string): readonly FieldNode[] {
  const fields = parseFields(text);
  if (fields.some((field) => field.arguments?.length))
    throw new Error(`"${text}" has arguments; fields alone can be taken.`);
  return fields;
}

function readTarget(text: string): FieldNode {
  const [target, ...others] = parseFields(`{ ${text} }`);
  if (target === undefined || others.length > 0 || target.selectionSet !== undefined || target.alias !== undefined) {
    throw new Error(`"${text}" is not one query with its arguments, such as "ordersByUser(userId: $id)".`);
  }
  return target;
}

function parseFields(text: string): readonly FieldNode[] {
  const [definition] = parse(text, { noLocation: true }).definitions;
  const selectionSet: SelectionSetNode | undefined =
    definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet : undefined;
  return (selectionSet?.selections ?? []).map((selection) => {
    if (selection.kind === Kind.FIELD && !selection.directives?.length) return selection;
    throw new Error(`"${text}" holds more than fields.`);
  });
}

const REMEDIES: Readonly<Record<string, string>> = {
  merge: 'Mark a query that takes keys: in Query, ordersByIds(ids: [ID!]!): [Order]! @merge(keyField: "id").',
  computed: 'Name fields of the same object: @computed(selectionSet: "{ id: authorId }").',
  delegate: 'Name one query of a service, with its arguments: @delegate(to: "ordersByUser(userId: $id)").',
};

function toFault({ type, field, directive }: FieldPlace, message: string): Fault {
  return {
    code: 'STITCHING_INVALID',
    message: `@${directive.name.value} on ${type}.${field.name.value}: ${message}`,
    remedy: REMEDIES[directive.name.value],
    coordinate: `${type}.${field.name.value}`,
    at: directive,
  };
}
