import { expect, it } from 'vitest';
import { answerBytesOf } from '../../src/gateway/traffic-settings.ts';
import { tryConfig } from '../config/config-folder.ts';

it('takes the nearest bound of answers', async () => {
  const { loaded } = await tryConfig({
    'a.graphql': 'type Query { a: Int }',
    'selvedge.yaml': `graph: { subgraphs: { a: { schema: a.graphql, url: "http://a" }, b: { schema: a.graphql, url: "http://b" } } }
traffic: { all: { answerBytes: 5mb }, subgraphs: { b: { answerBytes: 50mb } } }
`,
  });
  if (loaded === undefined) throw new Error('The config is right.');
  expect(['a', 'b'].map((name) => answerBytesOf(loaded.config, name))).toEqual([5_000_000, 50_000_000]);
});

it('refuses what Node could not hold', async () => {
  const { problems } = await tryConfig({
    'a.graphql': 'type Query { a: Int }',
    'selvedge.yaml': `graph: { subgraphs: { a: { schema: a.graphql, url: "http://a" } } }
traffic: { all: { answerBytes: 600mb } }
`,
  });
  expect(problems.join()).toContain('a size of at most 500mb');
});
