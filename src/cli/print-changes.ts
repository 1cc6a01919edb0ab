import type { SchemaChange } from '../registry/schema-changes.ts';
import { printable, type Style, type Terminal } from './terminal.ts';

const STYLES = { breaking: 'red', dangerous: 'yellow', safe: 'green' } as const satisfies Record<string, Style>;
const SHOWN = 100;

/** Prints what changes for clients, a line each, the worst first. */
export function printChanges(changes: readonly SchemaChange[], terminal: Terminal): void {
  for (const { severity, message } of changes.slice(0, SHOWN)) {
    terminal.print(`  ${terminal.style(STYLES[severity], severity.padEnd(9))}  ${printable(message)}`);
  }
  if (changes.length > SHOWN) terminal.print(`  … and ${changes.length - SHOWN} more: --json shows all.`);
}
