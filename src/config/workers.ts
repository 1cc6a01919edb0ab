import { z } from 'zod';

const MOST = 256;
const EXPECTED = `a whole number from 1 to ${MOST}, or auto`;

/** `workers:`. `auto` is one process a core. */
export const workers = z
  .union([z.literal('auto'), z.int(EXPECTED).min(1, EXPECTED).max(MOST, EXPECTED)], { error: EXPECTED })
  .default(1)
  .describe('processes that `selvedge serve` runs on the port: a number, or auto for one a core');
