import { it } from 'vitest';
import { checkGraphs } from './check-graphs.ts';

// `npm run test:differential` with CASES=5000 takes more graphs, with SEEDS=12,345 those that a failure named.
const GRAPHS = Number(process.env['CASES'] ?? 500);

it(
  'answers any operation over any split of any graph as one schema would',
  () => checkGraphs({ count: GRAPHS, seedsName: 'SEEDS' }),
  60_000 + 3000 * GRAPHS,
);
