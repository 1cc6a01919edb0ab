import {
  GraphQLObjectType,
  type GraphQLSchema,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  printType,
} from 'graphql';

/** SDL of what a presented schema has and no service has: whole types, and `extend type` with the fields that are new. */
export function printAddedTypes(presented: GraphQLSchema, services: readonly GraphQLSchema[]): string {
  return Object.values(presented.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap((type) => {
      const known = services.flatMap((schema) => schema.getType(type.name) ?? []);
      if (known.length === 0) return [printType(type)];
      if (!isObjectType(type)) return [];
      const names = new Set(known.flatMap((other) => (isObjectType(other) ? Object.keys(other.getFields()) : [])));
      const fields = Object.entries(type.toConfig().fields).filter(([name]) => !names.has(name) && name !== '_service');
      if (fields.length === 0) return [];
      return [`extend ${printType(new GraphQLObjectType({ name: type.name, fields: Object.fromEntries(fields) }))}`];
    })
    .join('\n\n');
}
