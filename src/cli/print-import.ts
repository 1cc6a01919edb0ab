import type { ImportReport, LeftOut } from '../importing/import-report.ts';
import type { WrittenSchema } from '../importing/schema-file.ts';
import { printable, type Terminal } from './terminal.ts';

type Done = {
  readonly file: string;
  readonly out: string | undefined;
  readonly report: ImportReport;
  readonly written: WrittenSchema;
};

const MOST_LINES = 10;

/** Says on standard error what an import did, what it left out and what the config needs. */
export function printImport({ file, out, report, written }: Done, terminal: Terminal): void {
  const say = (line: string): void => terminal.say(printable(line));
  const entities = report.entities.length;
  const fetched = entities === 0 ? '' : `, ${entities} of them ${entities === 1 ? 'an entity' : 'entities'}`;
  say(
    `${file}: ${count(report.operations, 'operation')} became ${listFields(report.fields)}; ${count(report.types, 'type')}${fetched}${out === undefined ? '' : `, in ${out}`}.`,
  );
  if (written.merged !== undefined) sayMerged(written.merged, say);
  sayLeftOut(report.leftOut, say);
  sayCounts(report, say);
  sayTodos(report.todos, written.text, say);
  say('What the config needs:');
  for (const line of report.config) say(`  ${line}`);
}

/** `3 fields of Query, 2 of Mutation, 1 of Product`; of more than four types the first three. */
function listFields(fields: ImportReport['fields']): string {
  const counts = Object.entries(fields);
  const rest = counts.slice(3).reduce((total, [, number]) => total + number, 0);
  const shown = counts.length > 4 ? [...counts.slice(0, 3), ['other types', rest] as const] : counts;
  return (
    shown.map(([type, number], at) => `${at === 0 ? count(number, 'field') : number} of ${type}`).join(', ') ||
    'no field'
  );
}

function sayMerged(
  { added, changed, removed, conflicts, standing }: NonNullable<WrittenSchema['merged']>,
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
  if (standing.length > 0)
    say(`  conflicts of earlier imports, still marked # CONFLICT: ${shorten(standing).join(', ')}`);
}

/** What only the report lists. */
function sayCounts({ json, pages, simplified }: ImportReport, say: (line: string) => void): void {
  const places = [
    [json, 'place', 'became JSON; --json lists them'],
    [pages, 'list', 'in pages; --json says how @rest(paginate:) would gather them'],
    [simplified, 'place', 'in which the schema takes more or less than described; --json lists them'],
  ] as const;
  for (const [found, what, words] of places) if (found.length > 0) say(`${count(found.length, what)} ${words}.`);
}

/** Those that stand in the schema: what a person has taken out is decided. */
function sayTodos(todos: ImportReport['todos'], schema: string, say: (line: string) => void): void {
  const marked = schema.match(/^\s*# TODO: /gm)?.length ?? 0;
  const all = todos.length > marked ? `; --json lists all ${todos.length}` : '';
  if (marked > 0) say(`${count(marked, 'decision')} ${marked === 1 ? 'is' : 'are'} yours: # TODO in the schema${all}.`);
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
