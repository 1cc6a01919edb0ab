import type { ImportReport, LeftOut } from '../importing/import-report.ts';
import type { WrittenSchema } from '../importing/schema-file.ts';
import { printable, type Terminal } from './terminal.ts';

type Done = {
  readonly file: string;
  readonly out: string | undefined;
  readonly report: ImportReport;
  readonly merged: WrittenSchema['merged'];
};

const MOST_LINES = 10;

/** Says on standard error what an import did, what it left out and what the config needs. */
export function printImport({ file, out, report, merged }: Done, terminal: Terminal): void {
  const say = (line: string): void => terminal.say(printable(line));
  const fields = Object.entries(report.fields).map(([type, count]) => `${count} of ${type}`);
  const shown = fields.length > 4 ? [...fields.slice(0, 3), `${sum(fields.slice(3))} of other types`] : fields;
  say(
    `${file}: ${count(report.operations, 'operation')} became ${shown.join(', ') || 'no'} fields; ${count(report.types, 'type')}${out === undefined ? '' : ` in ${out}`}.`,
  );
  if (merged !== undefined) sayMerged(merged, say);
  sayLeftOut(report.leftOut, say);
  if (report.json.length > 0) say(`${count(report.json.length, 'place')} became JSON; --json lists them.`);
  if (report.pages.length > 0)
    say(
      `${count(report.pages.length, 'list')} ${report.pages.length === 1 ? 'comes' : 'come'} in pages; --json says how @rest(paginate:) would gather them.`,
    );
  say('What the config needs:');
  for (const line of report.config) say(`  ${line}`);
}

function sum(fields: readonly string[]): number {
  return fields.reduce((total, field) => total + Number.parseInt(field, 10), 0);
}

function sayMerged(
  { added, changed, removed, conflicts }: NonNullable<WrittenSchema['merged']>,
  say: (line: string) => void,
): void {
  const changes = [
    ['added', added],
    ['changed', changed],
    ['removed', removed],
  ] as const;
  for (const [word, coordinates] of changes)
    if (coordinates.length > 0) say(`  ${word}: ${shorten(coordinates).join(', ')}`);
  for (const { coordinate, mine, next } of conflicts) {
    say(
      `  conflict: ${coordinate} is yours: ${mine}\n    the description has now ${next === 'nothing' ? 'nothing of it' : next}`,
    );
  }
}

function sayLeftOut(leftOut: readonly LeftOut[], say: (line: string) => void): void {
  for (const { what, why } of leftOut.slice(0, MOST_LINES)) say(`  left out: ${what}: ${why}.`);
  if (leftOut.length > MOST_LINES) say(`  and ${leftOut.length - MOST_LINES} more; --json lists them.`);
}

function shorten(coordinates: readonly string[]): readonly string[] {
  return coordinates.length <= MOST_LINES
    ? coordinates
    : [...coordinates.slice(0, MOST_LINES), `${coordinates.length - MOST_LINES} more`];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
