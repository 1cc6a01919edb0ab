import { z } from 'zod';

const MS_PER_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const BYTES_PER_UNIT: Readonly<Record<string, number>> = { b: 1, kb: 1000, mb: 1_000_000, kib: 1024, mib: 1_048_576 };

/** `250ms`, `10s`, `2m`, `1h`, or a bare number of milliseconds → milliseconds. At least 1 ms and at most 24 h. */
export const duration = quantity(/^\d+(\.\d+)?(ms|s|m|h)$/, MS_PER_UNIT, {
  error: 'a duration like 250ms, 10s, 2m or 1h',
  min: 1,
  max: 24 * 3_600_000,
});

/** `2mb`, `512kb`, `1mib`, or a bare number of bytes → bytes. At most 1 GB. */
export const byteSize = quantity(/^\d+(\.\d+)?(b|kb|mb|kib|mib)$/i, BYTES_PER_UNIT, {
  error: 'a size like 512kb, 2mb or 1mib (at most 1000mb)',
  min: 1,
  max: 1_000_000_000,
});

type Bounds = { readonly error: string; readonly min: number; readonly max: number };

function quantity(pattern: RegExp, units: Readonly<Record<string, number>>, { error, min, max }: Bounds) {
  return z.union([z.number(), z.string().regex(pattern, error)], { error }).transform((value, context) => {
    const amount = typeof value === 'number' ? value : toAmount(value, units);
    if (amount >= min && amount <= max) return Math.round(amount);
    context.addIssue({ code: 'custom', message: error });
    return z.NEVER;
  });
}

function toAmount(text: string, units: Readonly<Record<string, number>>): number {
  const unit = /[a-z]+$/i.exec(text)?.[0]?.toLowerCase() ?? '';
  return Number.parseFloat(text) * (units[unit] ?? Number.NaN);
}
