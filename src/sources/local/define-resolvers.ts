/**
 * Types a module of hand-written resolvers: `export default defineResolvers<Resolvers>({ Query: { … } })`, where
 * `Resolvers` is generated from the schemas. Gives back what it is given; the gateway checks it against the schema.
 */
export function defineResolvers<Resolvers extends object>(resolvers: Resolvers): Resolvers {
  return resolvers;
}
