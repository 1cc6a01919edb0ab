import {
  type ASTNode,
  BREAK,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** `Type.field` of a field of an operation, for people to find it by; undefined where the node is none. */
export function fieldCoordinate(
  schema: GraphQLSchema,
  document: DocumentNode,
  node: ASTNode | undefined,
): string | undefined {
  if (node?.kind !== Kind.FIELD) return undefined;
  const info = new TypeInfo(schema);
  let coordinate: string | undefined;
  visit(
    document,
    visitWithTypeInfo(info, {
      [Kind.FIELD]: (field) => {
        if (field !== node) return undefined;
        coordinate = `${info.getParentType()?.name}.${field.name.value}`;
        return BREAK;
      },
    }),
  );
  return coordinate;
}
