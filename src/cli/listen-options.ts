import { InvalidArgumentError, Option } from 'commander';
import type { Config } from '../config/schema.ts';

/** `--mode`. */
export function modeOption(): Option {
  return new Option('--mode <mode>', 'production or development; or SELVEDGE_MODE').choices([
    'production',
    'development',
  ] satisfies Config['mode'][]);
}

/** Parses `--port`. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('Expected a port from 0 to 65535.');
}
