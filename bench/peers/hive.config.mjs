// Nothing is shared between clients' requests, so that each gateway is measured by what one request costs.
import { defineConfig } from '@graphql-hive/gateway';

export const gatewayConfig = defineConfig({
  logging: 'warn',
  graphiql: false,
  landingPage: false,
  transportEntries: { '*.http': { options: { deduplicateInflightRequests: false } } },
});
