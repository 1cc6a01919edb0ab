import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Problem } from '../errors/problem.ts';
import type { SubgraphInput } from '../model/subgraph.ts';
import type { GraphVersion, HistoryEntry, SubgraphVersion } from './graph-version.ts';

/** A subgraph version to be stored. */
export type NewSubgraphVersion = { readonly input: SubgraphInput; readonly hash: string };

/** What becomes the next graph version, composed of the current one with `changed` in the place of their namesakes. */
export type NewGraphVersion = {
  /** The graph version that was composed against; 0 for none. */
  readonly base: number;
  readonly supergraph: string;
  readonly changed: readonly NewSubgraphVersion[];
  readonly action: 'seeded' | 'published';
  readonly by: string;
  readonly at: string;
};

type Row = Record<string, SQLOutputValue>;

/** The registry's tables. Every change is one transaction, with its entry in the audit trail. */
export class RegistryStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** The graph version in force. */
  readCurrent(): GraphVersion | undefined {
    const row = this.#database.prepare('SELECT * FROM graph_version ORDER BY number DESC LIMIT 1').get();
    if (row === undefined) return undefined;
    const number = Number(row['number']);
    return {
      number,
      supergraph: String(row['supergraph']),
      createdAt: String(row['created_at']),
      subgraphs: this.readSubgraphs(number).map(({ input }) => input),
    };
  }

  /** The subgraph versions that a graph version is composed of, by name. */
  readSubgraphs(graphVersion: number): SubgraphVersion[] {
    const rows = this.#database.prepare(
      `SELECT subgraph_version.* FROM graph_member
       JOIN subgraph_version ON subgraph_version.id = graph_member.subgraph_version
       WHERE graph_member.graph_version = ? ORDER BY subgraph`,
    );
    return rows.all(graphVersion).map(toSubgraphVersion);
  }

  readSubgraph(graphVersion: number, name: string): SubgraphVersion | undefined {
    return this.readSubgraphs(graphVersion).find(({ input }) => input.name === name);
  }

  /** Audit entries, newest first. */
  readHistory({ subgraph, limit }: { readonly subgraph: string | undefined; readonly limit: number }): HistoryEntry[] {
    const rows =
      subgraph === undefined
        ? this.#database.prepare('SELECT * FROM audit ORDER BY id DESC LIMIT ?').all(limit)
        : this.#database
            .prepare('SELECT * FROM audit WHERE subgraph = ? ORDER BY id DESC LIMIT ?')
            .all(subgraph, limit);
    return rows.map(toHistoryEntry);
  }

  /** Stores the next graph version; undefined, and nothing stored, where `base` is no longer the current one. */
  addGraphVersion(next: NewGraphVersion): GraphVersion | undefined {
    return this.#transact(() => {
      const current = this.#database.prepare('SELECT max(number) AS number FROM graph_version').get()?.['number'];
      if (Number(current ?? 0) !== next.base) return undefined;
      const insert = this.#database.prepare('INSERT INTO graph_version (supergraph, created_at) VALUES (?, ?)');
      const number = Number(insert.run(next.supergraph, next.at).lastInsertRowid);
      this.#database
        .prepare(
          `INSERT INTO graph_member SELECT ?, subgraph_version FROM graph_member
           JOIN subgraph_version ON id = subgraph_version
           WHERE graph_version = ? AND subgraph NOT IN (SELECT value FROM json_each(?))`,
        )
        .run(number, next.base, JSON.stringify(next.changed.map(({ input }) => input.name)));
      for (const changed of next.changed) this.#addSubgraphVersion(changed, number, next);
      return this.readCurrent();
    });
  }

  /** Takes back the newest graph version, which could not be served; what it brought stays in the audit trail only. */
  withdraw(graphVersion: number, refusal: Omit<HistoryEntry, 'action' | 'version' | 'graphVersion'>): void {
    this.#transact(() => {
      this.#database.prepare('DELETE FROM graph_version WHERE number = ?').run(graphVersion);
      this.#database
        .prepare('DELETE FROM subgraph_version WHERE id NOT IN (SELECT subgraph_version FROM graph_member)')
        .run();
      this.#audit({ ...refusal, action: 'withdrawn', version: null, graphVersion });
    });
  }

  addRefusal(refusal: Omit<HistoryEntry, 'action' | 'version' | 'graphVersion'>): void {
    this.#audit({ ...refusal, action: 'refused', version: null, graphVersion: null });
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #addSubgraphVersion({ input, hash }: NewSubgraphVersion, graphVersion: number, { at, by, action }: NewGraphVersion) {
    const last = this.#database
      .prepare('SELECT max(version) AS number FROM audit WHERE subgraph = ?')
      .get(input.name)?.['number'];
    const version = Number(last ?? 0) + 1;
    const { lastInsertRowid } = this.#database
      .prepare(
        `INSERT INTO subgraph_version (subgraph, number, input, hash, published_at, published_by)
         VALUES (?, ?, ?, ?, ?, ?)`,
      )
      .run(input.name, version, JSON.stringify(input), hash, at, by);
    this.#database.prepare('INSERT INTO graph_member VALUES (?, ?)').run(graphVersion, lastInsertRowid);
    this.#audit({ at, action, subgraph: input.name, by, version, graphVersion, problems: [] });
  }

  #audit({ at, action, subgraph, by, version, graphVersion, problems }: HistoryEntry): void {
    this.#database
      .prepare(
        'INSERT INTO audit (at, action, subgraph, by, version, graph_version, problems) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(at, action, subgraph, by, version, graphVersion, JSON.stringify(problems));
  }

  #transact<T>(change: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = change();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

function toSubgraphVersion(row: Row): SubgraphVersion {
  return {
    number: Number(row['number']),
    input: JSON.parse(String(row['input'])) as SubgraphInput,
    hash: String(row['hash']),
    publishedAt: String(row['published_at']),
    publishedBy: String(row['published_by']),
  };
}

function toHistoryEntry(row: Row): HistoryEntry {
  return {
    at: String(row['at']),
    action: String(row['action']) as HistoryEntry['action'],
    subgraph: String(row['subgraph']),
    by: String(row['by']),
    version: toNumber(row['version']),
    graphVersion: toNumber(row['graph_version']),
    problems: JSON.parse(String(row['problems'])) as Problem[],
  };
}

function toNumber(value: SQLOutputValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}
