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
        const answer = await graph.run(rewritten.query, { variables: rewritten.variables });
        expect(rewritten.restore(answer.data)).toEqual(data);
        if (errors !== undefined) expect((answer.errors ?? []).length > 0).toBe(errors);
      });
    }
  });
}
