import fc from 'fast-check';
import { expect } from 'vitest';
import { reduceCase } from './reduce-case.ts';
import { printCase, runCase, type CaseOptions } from './run-case.ts';

type Checked = {
  readonly count: number;
  /** The environment's variable with the seeds of a failure: they alone are tried again. */
  readonly seedsName: string;
  readonly options?: Omit<CaseOptions, 'leftOut'>;
};

/** Random graphs, each answering as one schema would: the same ones in each run. Throws with the smallest case of a difference. */
export async function checkGraphs({ count, seedsName, options = {} }: Checked): Promise<void> {
  let compared = 0;
  const check = async (seed: number) => {
    const report = await runCase(seed, options);
    compared += report.compared;
    if (report.difference === undefined) return;
    throw new Error(`${seedsName}=${seed}\n\n${printCase(await reduceCase(seed, report, options))}`);
  };
  const seeds = (process.env[seedsName] ?? '').split(',').filter(Boolean).map(Number);
  for (const seed of seeds) await check(seed);
  if (seeds.length > 0) return;
  const anySeed = fc.noBias(fc.nat()).map((seed) => seed); // mapped, it is not made smaller: a smaller seed is another graph
  await fc.assert(fc.asyncProperty(anySeed, check), { numRuns: count, seed: 1, endOnFailure: true });
  expect(compared).toBeGreaterThan(count * 6);
}
