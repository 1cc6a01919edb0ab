import type { Slice } from './measure.ts';

/** What a scenario showed of a gateway. */
export type Row = {
  readonly scenario: string;
  readonly gateway: string;
  /** CPU milliseconds of the gateway's process for a request: the median of the rounds. */
  readonly cpuMsPerRequest: number;
  readonly cpuToFloor: number | null;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p50ToFloor: number | null;
  readonly p99Ms: number;
  readonly peakMb: number;
  readonly peakToFloor: number | null;
  readonly upstreamPerRequest: number;
  readonly unknownUpstreamRequests: number;
  readonly requests: number;
  readonly rounds: readonly Round[];
};
type Round = { readonly cpuMsPerRequest: number; readonly p50Ms: number };
export type FailedRow = { readonly scenario: string; readonly gateway: string; readonly failure: string };
export type AnyRow = Row | FailedRow;

type Measured = { readonly scenario: string; readonly gateway: string; readonly slices: readonly Slice[] };

const FLOOR = 'floor';

/** Without ratios, which need all rows of the scenario. */
export function toRow({ scenario, gateway, slices }: Measured, peakBytes: number): Row {
  const total = (pick: (slice: Slice) => number): number => slices.reduce((sum, slice) => sum + pick(slice), 0);
  const middle = (pick: (slice: Slice) => number): number => median(slices.map(pick));
  return {
    scenario,
    gateway,
    cpuMsPerRequest: middle(({ cpuMs, completed }) => cpuMs / completed),
    cpuToFloor: null,
    requestsPerSecond: middle(({ completed, elapsedMs }) => (completed / elapsedMs) * 1000),
    p50Ms: middle(({ p50Ms }) => p50Ms),
    p50ToFloor: null,
    p99Ms: middle(({ p99Ms }) => p99Ms),
    peakMb: peakBytes / 1_000_000,
    peakToFloor: null,
    upstreamPerRequest: total(({ upstreamRequests }) => upstreamRequests) / total(({ completed }) => completed),
    unknownUpstreamRequests: total(({ unknownRequests }) => unknownRequests),
    requests: total(({ completed }) => completed),
    rounds: slices.map((slice) => ({ cpuMsPerRequest: slice.cpuMs / slice.completed, p50Ms: slice.p50Ms })),
  };
}

/**
 * Each row with its ratios to the floor's row of its scenario, where there is one. Rounds are compared with each other
 * before the median is taken: what else the machine did in a round hit both.
 */
export function compareToFloor(rows: readonly AnyRow[]): AnyRow[] {
  return rows.map((row) => {
    if ('failure' in row) return row;
    const floor = rows.find(({ scenario, gateway }) => scenario === row.scenario && gateway === FLOOR);
    if (floor === undefined || 'failure' in floor) return row;
    return {
      ...row,
      cpuToFloor: medianRatio(row, floor, ({ cpuMsPerRequest }) => cpuMsPerRequest),
      p50ToFloor: medianRatio(row, floor, ({ p50Ms }) => p50Ms),
      peakToFloor: row.peakMb / floor.peakMb,
    };
  });
}

function medianRatio(row: Row, floor: Row, pick: (round: Round) => number): number {
  const rounds = Math.min(row.rounds.length, floor.rounds.length);
  return median(row.rounds.slice(0, rounds).map((round, index) => pick(round) / pick(floor.rounds[index] ?? round)));
}

/** A Markdown table, which a terminal shows as well. */
export function printTable(rows: readonly AnyRow[]): string {
  const head = ['scenario', 'gateway', 'CPU ms/request', '× floor', 'requests/s', 'p50 ms', '× floor', 'p99 ms'];
  const lines = [[...head, 'peak MB', '× floor', 'upstream/request'], ...rows.map(toCells)];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0))) ?? [];
  const texts = lines.map((cells) =>
    cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))),
  );
  const rule = widths.map((width, column) => '-'.repeat(column < 2 ? width : width - 1) + (column < 2 ? '' : ':'));
  const [first = [], ...rest] = texts;
  const table = [first, rule, ...rest].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const failures = rows.filter((row) => 'failure' in row);
  return [table, ...failures.map(({ scenario, gateway, failure }) => `${scenario}, ${gateway}: ${failure}`)].join(
    '\n\n',
  );
}

function toCells(row: AnyRow): string[] {
  if ('failure' in row) return [row.scenario, row.gateway, ...Array.from({ length: 9 }, () => '–')];
  return [
    row.scenario,
    row.gateway,
    toDigits(row.cpuMsPerRequest),
    toRatio(row.cpuToFloor),
    row.requestsPerSecond.toFixed(0),
    row.p50Ms.toFixed(1),
    toRatio(row.p50ToFloor),
    row.p99Ms.toFixed(1),
    row.peakMb.toFixed(0),
    toRatio(row.peakToFloor),
    row.upstreamPerRequest.toFixed(2),
  ];
}

function toDigits(value: number): string {
  return value < 1 ? value.toFixed(3) : value.toPrecision(3);
}

function toRatio(value: number | null): string {
  return value === null ? '' : value.toFixed(2);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
