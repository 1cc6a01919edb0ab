import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { resolve } from 'node:path';
import { buildSelvedge, createRunFolder, type GatewayKind, gatewayKinds, installPeers } from './gateways.ts';
import {
  addressOf,
  type Bench,
  measureSlice,
  type RunningGateway,
  type Slice,
  startBench,
  startGateway,
} from './measure.ts';
import { type BenchOptions, parseOptions, usage, UsageError } from './options.ts';
import { canPin } from './pinned-process.ts';
import { readProcessUsage } from './process-usage.ts';
import { type AnyRow, compareToFloor, type FailedRow, printTable, toRow } from './report.ts';
import { type Scenario, scenarios } from './scenarios.ts';

type Run = { readonly options: BenchOptions; readonly bench: Bench; readonly folder: string };
/** A gateway with what it has shown so far. */
type Candidate = { readonly gateway: RunningGateway; readonly slices: Slice[]; failure: string | null };

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
await main();

async function main(): Promise<void> {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options === 'help') console.log(usage);
    else await runBenchmark(options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    process.exitCode = 2;
  }
}

async function runBenchmark(options: BenchOptions): Promise<void> {
  if (process.platform !== 'linux') throw new Error('CPU time is read from /proc: this benchmark needs Linux.');
  prepareGateways(options);
  const bench = await startBench(options.delayMs);
  const folder = createRunFolder(bench.services);
  const rows: AnyRow[] = [];
  try {
    for (const scenario of scenarios.filter(({ name }) => options.scenarios.includes(name)))
      rows.push(...(await runScenario(scenario, { options, bench, folder })));
  } finally {
    await bench.stop();
  }
  const compared = compareToFloor(rows);
  console.log(printTable(compared));
  if (options.jsonFile !== null) writeFileSync(options.jsonFile, toJson(options, compared));
  if (compared.some((row) => 'failure' in row)) process.exitCode = 3;
}

function prepareGateways({ gateways, profileFolder }: BenchOptions): void {
  if (gateways.includes('selvedge')) {
    const complaints = buildSelvedge();
    if (complaints !== '') console.error(`The build has errors; what it wrote is measured.\n${complaints}`);
  }
  if (gatewayKinds.some(({ name, isPeer }) => isPeer && gateways.includes(name))) installPeers();
  if (profileFolder !== null) mkdirSync(profileFolder, { recursive: true });
  if (!canPin) console.error('Processes share cores here (taskset or a second core is missing).');
}

/** All gateways run; the load goes round between them, so that what else the machine does hits each alike. */
async function runScenario(scenario: Scenario, run: Run): Promise<AnyRow[]> {
  const candidates: Candidate[] = [];
  const rows: AnyRow[] = [];
  try {
    const kinds = gatewayKinds.filter(({ speaks }) => speaks.includes(scenario.services));
    for (const kind of kinds.filter(({ name }) => run.options.gateways.includes(name))) {
      progress(`${scenario.name}: starting ${kind.name}`);
      const started = await startCandidate(kind, scenario, run);
      if ('scenario' in started) rows.push(started);
      else candidates.push(started);
    }
    await measureCandidates(candidates, scenario, run);
    return [...candidates.map((candidate) => toCandidateRow(candidate, scenario.name)), ...rows];
  } finally {
    await Promise.all(candidates.map(({ gateway }) => gateway.process.stop()));
    progress('');
  }
}

async function startCandidate(kind: GatewayKind, scenario: Scenario, run: Run): Promise<Candidate | FailedRow> {
  const { options, bench, folder } = run;
  const services = addressOf(scenario, bench);
  if (services === undefined) {
    return {
      scenario: scenario.name,
      gateway: kind.name,
      failure: 'has no broker: nats-server is not installed',
    };
  }
  const setting = {
    scenario: scenario.name,
    speaks: scenario.services,
    services,
    folder,
    isSharing: options.isSharing,
  };
  try {
    const gateway = await startGateway(withProfile(kind, options), setting, { bench, scenario });
    return { gateway, slices: [], failure: null };
  } catch (error) {
    return { scenario: scenario.name, gateway: kind.name, failure: `did not start: ${String(error)}` };
  }
}

function withProfile(kind: GatewayKind, { profileFolder }: BenchOptions): GatewayKind {
  if (profileFolder === null) return kind;
  const env = { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${resolve(profileFolder)}` };
  return {
    ...kind,
    launch: (setting) => {
      const launch = kind.launch(setting);
      return { ...launch, env: { ...launch.env, ...env } };
    },
  };
}

async function measureCandidates(candidates: readonly Candidate[], scenario: Scenario, run: Run): Promise<void> {
  const { rounds, seconds, warmUpSeconds } = run.options;
  for (const candidate of candidates) {
    progress(`${scenario.name}: warming up ${candidate.gateway.name}`);
    await measure(candidate, { scenario, run, seconds: warmUpSeconds });
  }
  for (let round = 1; round <= rounds; round++) {
    for (const candidate of candidates.filter(({ failure }) => failure === null)) {
      progress(`${scenario.name}: round ${round} of ${rounds}, ${candidate.gateway.name}`);
      const slice = await measure(candidate, { scenario, run, seconds });
      candidate.slices.push(slice);
    }
  }
}

/** A wrong answer ends the gateway's part: what it costs to answer wrong is no figure. */
async function measure(
  candidate: Candidate,
  { scenario, run, seconds }: { readonly scenario: Scenario; readonly run: Run; readonly seconds: number },
): Promise<Slice> {
  const shape = { connections: run.options.connections, durationMs: seconds * 1000 };
  const slice = await measureSlice(candidate.gateway, scenario, { bench: run.bench, shape });
  if (slice.failed > 0)
    candidate.failure = `${slice.failed} of ${slice.failed + slice.completed} requests failed: ${slice.failure}`;
  return slice;
}

function toCandidateRow({ gateway, slices, failure }: Candidate, scenario: string): AnyRow {
  if (failure !== null) return { scenario, gateway: gateway.name, failure };
  const { peakBytes } = readProcessUsage(gateway.process.pid);
  return toRow({ scenario, gateway: gateway.name, slices }, peakBytes);
}

function toJson(options: BenchOptions, rows: readonly AnyRow[]): string {
  const machine = { cpu: cpus()[0]?.model ?? '', cores: availableParallelism(), node: process.version, pinned: canPin };
  return `${JSON.stringify({ measuredAt: new Date().toISOString(), machine, options, rows }, null, 2)}\n`;
}

/** One line that is written over, on a terminal only. */
function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${line}`);
}
