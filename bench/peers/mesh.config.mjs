import { defineConfig } from '@graphql-mesh/compose-cli';
import { loadOpenAPISubgraph } from '@omnigraph/openapi';

const user =
  process.env.BENCH_SCENARIO === 'rest'
    ? 'sourceFieldName: "user", requiredSelectionSet: "{ userId }", sourceArgs: { id: "{root.userId}" }'
    : 'sourceFieldName: "users", keyField: "userId", keysArg: "id"';

export const composeConfig = defineConfig({
  subgraphs: [
    { sourceHandler: loadOpenAPISubgraph('rest', { source: './rest-openapi.json', endpoint: process.env.BENCH_REST }) },
  ],
  additionalTypeDefs: `extend type Post { user: User @resolveTo(sourceName: "rest", sourceTypeName: "Query", ${user}) }`,
});
