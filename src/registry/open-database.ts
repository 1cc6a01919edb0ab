import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ProblemsError } from '../errors/problem.ts';

const FORMAT = 1;

// Waiting for another writer blocks the event loop: only a short while, then the caller is told to come again.
const BUSY_TIMEOUT_MS = 200;

const TABLES = `
  CREATE TABLE subgraph_version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subgraph TEXT NOT NULL,
    number INTEGER NOT NULL,
    input TEXT NOT NULL,
    hash TEXT NOT NULL,
    published_at TEXT NOT NULL,
    published_by TEXT NOT NULL,
    UNIQUE (subgraph, number)
  ) STRICT;
  CREATE TABLE graph_version (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    supergraph TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE graph_member (
    graph_version INTEGER NOT NULL REFERENCES graph_version (number) ON DELETE CASCADE,
    subgraph_version INTEGER NOT NULL REFERENCES subgraph_version (id),
    PRIMARY KEY (graph_version, subgraph_version)
  ) STRICT;
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    action TEXT NOT NULL,
    subgraph TEXT NOT NULL,
    by TEXT NOT NULL,
    version INTEGER,
    graph_version INTEGER,
    problems TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_subgraph ON audit (subgraph, id);
  PRAGMA user_version = ${FORMAT};
`;

/**
 * Opens the registry's SQLite database (`sqlite:./file.db`, `sqlite::memory:`), and makes it when it is not there.
 * Throws ProblemsError when it can't be used.
 */
export function openDatabase(store: string): DatabaseSync {
  const file = store.replace(/^sqlite:/, '');
  let database: DatabaseSync | undefined;
  try {
    if (file !== ':memory:') mkdirSync(path.dirname(file), { recursive: true });
    database = new DatabaseSync(file);
    prepare(database);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof ProblemsError) throw error;
    throw unusable(file, describeStoreError(error));
  }
}

// SQLite's primary result codes.
const MEANINGS: Readonly<Record<number, string>> = {
  5: 'another process holds its lock',
  6: 'another process holds its lock',
  8: 'it may not be written to',
  11: 'it is damaged',
  13: 'the disk is full',
  14: 'it can be neither opened nor made there',
  26: 'the file is not an SQLite database',
};

/** What a failure of SQLite means to an operator; other errors keep their message. */
export function describeStoreError(error: unknown): string {
  const meaning = MEANINGS[primaryCode(error) ?? -1];
  return meaning ?? (error instanceof Error ? error.message : String(error));
}

/** Whether an error is one of SQLite: the store is in trouble, not the caller. */
export function isStoreError(error: unknown): boolean {
  return primaryCode(error) !== undefined;
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

function prepare(database: DatabaseSync): void {
  database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA foreign_keys = ON;`);
  const check = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (check !== 'ok') throw new Error(`it is damaged (${String(check)})`);
  // With WAL readers never wait for the writer; FULL keeps what was acknowledged through a power cut.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  database.exec('BEGIN IMMEDIATE');
  const format = database.prepare('PRAGMA user_version').get()?.['user_version'];
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_master').get()?.['count'];
  if (format === 0 && tables === 0) database.exec(TABLES);
  else if (format !== FORMAT) throw new Error(foreignFormat(format));
  database.exec('COMMIT');
}

function foreignFormat(format: unknown): string {
  return format === 0
    ? 'it is the database of another program'
    : `it has the format ${String(format)} of another version of Selvedge, and this one knows format ${FORMAT}`;
}

function unusable(file: string, reason: string): ProblemsError {
  return new ProblemsError([
    {
      severity: 'error',
      code: 'REGISTRY_STORE_UNUSABLE',
      message: `The registry's store can't be used: ${reason}.`,
      remedy: 'Check graph.registry.store, or bring the file back from a copy. Nothing was changed in it.',
      coordinate: 'graph.registry.store',
      places: [{ file, line: 1, column: 1 }],
    },
  ]);
}
