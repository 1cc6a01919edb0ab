import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reduceCase } from './reduce-case.ts';
import { printCase, runCase } from './run-case.ts';

// `npm run test:differential` with CASES=5000 takes more graphs, with SEEDS=12,345 those that a failure named.
const GRAPHS = Number(process.env['CASES'] ?? 500);
const SEEDS = (process.env['SEEDS'] ?? '').split(',').filter(Boolean).map(Number);

it(
  'answers any operation over any split of any graph as one schema would',
  async () => {
    let compared = 0;
    const check = async (seed: number) => {
      const report = await runCase(seed);
      compared += report.compared;
      if (report.difference === undefined) return;
      throw new Error(`SEEDS=${seed}\n\n${printCase(await reduceCase(seed, report))}`);
    };
    if (SEEDS.length > 0) {
      for (const seed of SEEDS) await check(seed);
      return;
    }
    await fc.assert(
      fc.asyncProperty(
        fc.noBias(fc.nat()).map((seed) => seed),
        check,
      ),
      { numRuns: GRAPHS, seed: 1, endOnFailure: true },
    );
    expect(compared).toBeGreaterThan(GRAPHS * 6);
  },
  60_000 + 3000 * GRAPHS,
);
