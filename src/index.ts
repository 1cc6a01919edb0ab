export { GatewayError } from './errors/gateway-error.ts';
export { defineResolvers } from './sources/local/define-resolvers.ts';
export type { BatchFunction } from './sources/local/load.ts';
export type { ResolverContext } from './sources/local/resolver-context.ts';
export type { FieldWithArguments, Selected, Selection } from './sources/local/selection.ts';
export type { EntityByKey, RootField } from './sources/local/service-fields.ts';
