import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createDocuments } from '../src/document/documents.ts';
import { readVariables } from '../src/document/read-variables.ts';
import { GatewayError } from '../src/errors/gateway-error.ts';
import { RequestErrors } from '../src/errors/request-errors.ts';
import type { CheckedOperation } from '../src/model/operation.ts';
import { createPlanner } from '../src/planning/planner.ts';
import { hostileRequests, type HostileRequest } from './hostile-documents.ts';
import { composeHostileGraph } from './hostile-graph.ts';

/**
 * Times a catalogue of hostile documents: `npm run bench:hostile [-- PART-OF-A-NAME]`. `read` is the CPU time of the event
 * loop's thread to read and check a document and its variables; `plan` the time to its plan, and `loop` what of that the
 * event loop was busy with. All in milliseconds; the most of some rounds. What is accepted is planned in a process of its
 * own, which is ended after ten seconds: a plan that is begun cannot be called off.
 */
const ROUNDS = 5;
const PLAN_TIMEOUT_MS = 10_000;
const PLAN_ONLY = '--plan-only';

const { supergraph } = await composeHostileGraph();

type Reading = { readonly outcome: string; readonly readMs: number; readonly operation?: CheckedOperation };

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** With a fresh reader each time: what is remembered costs nothing. */
function read({ text, variables }: HostileRequest): Reading {
  const { apiSchema } = supergraph;
  const documents = createDocuments({ apiSchema, introspection: true, suggestions: false });
  const start = cpuMs();
  try {
    const operation = documents.read(text, undefined);
    documents.checkVariables(operation, readVariables(operation, apiSchema, variables));
    return { outcome: 'accepted', readMs: cpuMs() - start, operation };
  } catch (error) {
    if (!(error instanceof RequestErrors)) throw error;
    return { outcome: error.errors[0]?.code ?? '', readMs: cpuMs() - start };
  }
}

async function plan(request: HostileRequest): Promise<string> {
  const { operation } = read(request);
  if (operation === undefined) return 'refused';
  const planner = createPlanner(supergraph);
  const start = performance.now();
  const startCpu = cpuMs();
  const outcome = await planner.plan(operation).then(
    ({ root }) => `planned: ${JSON.stringify(root).length} characters`,
    (error: unknown) => (error instanceof GatewayError ? error.code : String(error)),
  );
  const planMs = performance.now() - start;
  planner.close();
  return `${toColumn(planMs)}${toColumn(cpuMs() - startCpu)}  ${outcome}`;
}

async function planApart(name: string): Promise<string> {
  try {
    const args = [import.meta.filename, PLAN_ONLY, name];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: PLAN_TIMEOUT_MS });
    return stdout.trimEnd();
  } catch (error) {
    const isKilled = error instanceof Error && 'killed' in error && error.killed === true;
    return `${'—'.padStart(9)}${'—'.padStart(9)}  ${isKilled ? 'NOT PLANNED in 10 s' : 'planning failed'}`;
  }
}

const toColumn = (ms: number): string => ms.toFixed(1).padStart(9);

async function timeAll(part: string): Promise<void> {
  console.log(`${'document'.padEnd(58)}${'read'.padStart(9)}${'plan'.padStart(9)}${'loop'.padStart(9)}  outcome`);
  let worst = { name: '', readMs: 0 };
  for (const [name, request] of Object.entries(hostileRequests)) {
    if (!name.includes(part)) continue;
    const readings = Array.from({ length: ROUNDS }, () => read(request));
    // The first round compiles the code it runs through; a client's second document meets it compiled.
    const readMs = Math.max(...readings.slice(1).map((reading) => reading.readMs));
    const outcome = readings[0]?.outcome ?? '';
    const planned = outcome === 'accepted' ? await planApart(name) : `${' '.repeat(18)}  ${outcome}`;
    console.log(`${name.padEnd(58)}${toColumn(readMs)}${planned}`);
    if (readMs > worst.readMs) worst = { name, readMs };
  }
  console.log(`\nThe longest to read: ${worst.name}, ${worst.readMs.toFixed(1)} ms`);
}

const [first = '', name = ''] = process.argv.slice(2);
if (first === PLAN_ONLY) {
  const request = hostileRequests[name];
  if (request !== undefined) console.log(await plan(request));
} else {
  await timeAll(first);
}
