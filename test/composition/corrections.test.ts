import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { composeSupergraph } from '../../src/composition/compose-supergraph.ts';
import { composeCorrected } from '../../src/composition/composer.ts';
import { corrections } from '../../src/composition/corrections/corrections.ts';
import { printProblem } from '../../src/errors/problem.ts';
import type { SubgraphSchema } from '../../src/model/subgraph.ts';
import { miscomposed } from './fixtures/miscomposed.ts';
import { readSubgraphs, soundSubgraphs } from './fixtures/read-subgraphs.ts';
import { rightCompositions } from './fixtures/right-compositions.ts';
import { wrongFeatures } from './fixtures/wrong-features.ts';
import { wrongGraphql } from './fixtures/wrong-graphql.ts';
import { wrongKeys } from './fixtures/wrong-keys.ts';
import { wrongMerges } from './fixtures/wrong-merges.ts';

const wrong = [...wrongKeys, ...wrongMerges, ...wrongFeatures, ...wrongGraphql].map(([codes, what, sdls]) => {
  const { subgraphs, problems } = readSubgraphs(sdls);
  return { codes, what, subgraphs, problems };
});

const codesOf = (problems: readonly { readonly code: string }[]) =>
  [...new Set(problems.map(({ code }) => code))].toSorted().join(' ');

function compose(subgraphs: readonly SubgraphSchema[]) {
  const composition = composeSupergraph(subgraphs);
  return composition.kind === 'failed' ? composition.problems : [];
}

describe('wrong subgraphs', () => {
  it.each(wrong)('are refused as $codes: $what', ({ codes, subgraphs, problems }) => {
    const found = problems.length > 0 ? problems : compose(subgraphs);
    expect(codesOf(found)).toBe(codes.split(' ').toSorted().join(' '));
    for (const { message, places, coordinate } of found) {
      expect(message).not.toBe('');
      if (coordinate !== undefined) expect(places.map(({ file }) => file)).not.toEqual([]);
    }
  });
});

describe('right subgraphs', () => {
  it.each(miscomposed)('are composed as they should be (%s): %s', (_, _what, sdls, expected) => {
    const composition = composeSupergraph(soundSubgraphs(sdls));
    if (composition.kind === 'failed') throw new Error(composition.problems.map(printProblem).join('\n'));
    expect(composition.supergraph.sdl).toContain(expected);
  });
});

describe('unusual subgraphs', () => {
  it.each(rightCompositions)('are composed: %s', (_what, sdls) => {
    expect(compose(soundSubgraphs(sdls)).map(printProblem)).toEqual([]);
  });
});

describe('a correction', () => {
  it.each(Object.entries(corrections))('is needed still: %s', (name, correction) => {
    const others = Object.values(corrections).filter((other) => other !== correction);
    const refusedOtherwise = wrong.filter(({ problems, subgraphs, codes }) => {
      if (problems.length > 0) return false;
      const composed = composeCorrected(subgraphs, others);
      return codesOf('problems' in composed ? composed.problems : []) !== codes.split(' ').toSorted().join(' ');
    });
    const composedOtherwise = miscomposed.filter(([needed, , sdls, expected]) => {
      const composed = composeCorrected(soundSubgraphs(sdls), others);
      return needed === name && !('supergraph' in composed && print(composed.supergraph).includes(expected));
    });
    expect(refusedOtherwise.length + composedOtherwise.length).toBeGreaterThan(0);
  });
});
