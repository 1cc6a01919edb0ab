import { describe, expect, it } from 'vitest';
import { aliased, crossAliased, plainly, underConditions, withVariables, type Rewrite } from './rewrites.ts';
import { loadSuites } from './suites.ts';

const rewrites: Record<string, readonly Rewrite[]> = {
  'as written': [],
  'with every field aliased': [aliased],
  "with every field under another field's name": [crossAliased],
  'with literals as variables': [withVariables],
  'under conditions': [underConditions],
  'rewritten in every way': [withVariables, underConditions, crossAliased],
};

for (const { name: suite, tests, connect } of loadSuites()) {
  describe(suite, () => {
    const graph = connect();
    for (const { name, query, data, errors } of tests) {
      it.each(Object.entries(rewrites))(`answers ${name} %s`, async (_, steps) => {
        const rewritten = steps.reduce((previous, step) => step(previous, graph.supergraph.apiSchema), plainly(query));
        const options = { variables: rewritten.variables };
        // A query's second run is by generated code; a mutation is not sent twice.
        const isMutation = /^\s*mutation\b/.test(rewritten.query);
        const answers = isMutation
          ? [await graph.run(rewritten.query, options)]
          : await graph.runTwice(rewritten.query, options);
        for (const answer of answers) {
          expect(rewritten.restore(answer.data)).toEqual(data);
          if (errors !== undefined) expect((answer.errors ?? []).length > 0).toBe(errors);
        }
      });
    }
  });
}
