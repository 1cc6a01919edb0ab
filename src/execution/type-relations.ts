import { isAbstractType, type GraphQLSchema } from 'graphql';

/** Which object types an abstract type can be. */
export type TypeRelations = {
  /** Whether an object of type `actual` is a `condition`: the same, or one of its possible types. */
  readonly isA: (actual: string, condition: string) => boolean;
  readonly isAbstract: (name: string) => boolean;
};

/** Relations of the whole supergraph where the plan knows them, else of the API schema. */
export function createTypeRelations(
  schema: GraphQLSchema,
  possibleTypes: ReadonlyMap<string, ReadonlySet<string>> | undefined,
): TypeRelations {
  const possible = possibleTypes ?? readPossibleTypes(schema);
  return {
    isA: (actual, condition) => actual === condition || possible.get(condition)?.has(actual) === true,
    isAbstract: (name) => possible.has(name),
  };
}

function readPossibleTypes(schema: GraphQLSchema): ReadonlyMap<string, ReadonlySet<string>> {
  const abstractTypes = Object.values(schema.getTypeMap()).filter(isAbstractType);
  return new Map(
    abstractTypes.map((type) => [type.name, new Set(schema.getPossibleTypes(type).map(({ name }) => name))]),
  );
}
