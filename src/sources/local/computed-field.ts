import { type FieldNode, getNamedType, isLeafType, Kind } from 'graphql';
import type { ComputedField } from '../../subgraph/directives/stitching.ts';
import { type AddedField, ownAlias, readParent } from './added-field.ts';

/** The fields of the parent that a `@computed` is made of. */
export function sourceFieldsOf({ selection }: ComputedField): readonly string[] {
  return selection.map((field) => field.name.value);
}

/** A field made of its parent's fields: an object of them, null if one of them is; or a scalar's one value. */
export function createComputedField(computed: ComputedField): AddedField {
  const name = computed.field.name.value;
  const parts = computed.selection.map((node) => ({
    key: keyOf(node),
    alias: ownAlias(name, keyOf(node)),
    source: node.name.value,
    text: `${ownAlias(name, keyOf(node))}: ${printWithoutAlias(node)}`,
  }));
  return {
    selectionSet: `{ ${parts.map(({ text }) => text).join(' ')} }`,
    resolve: (parent, _args, _context, info) => {
      const values = parts.map(({ key, alias, source }) => [key, readParent(parent, alias, source) ?? null] as const);
      const type = getNamedType(info.returnType);
      if (isLeafType(type)) return values[0]?.[1];
      return values.some(([, value]) => value === null)
        ? null
        : { ...Object.fromEntries(values), __typename: type.name };
    },
  };
}

function keyOf(node: FieldNode): string {
  return node.alias?.value ?? node.name.value;
}

function printWithoutAlias(node: FieldNode): string {
  const below = (node.selectionSet?.selections ?? []).flatMap((child) =>
    child.kind === Kind.FIELD
      ? [child.alias === undefined ? printWithoutAlias(child) : `${child.alias.value}: ${printWithoutAlias(child)}`]
      : [],
  );
  return below.length === 0 ? node.name.value : `${node.name.value} { ${below.join(' ')} }`;
}
