import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createDocuments } from '../src/document/documents.ts';
import { readVariables } from '../src/document/read-variables.ts';
import { GatewayError } from '../src/errors/gateway-error.ts';
import { RequestErrors } from '../src/errors/request-errors.ts';
import type { CheckedOperation } from '../src/model/operation.ts';
import { createPlanner } from '../src/planning/planner.ts';
import { cpuMs } from './cpu-ms.ts';
import { hostileAnswers } from './hostile-answers.ts';
import { hostileBodies } from './hostile-bodies.ts';
import { hostileRequests, type HostileRequest } from './hostile-documents.ts';
import { composeHostileGraph } from './hostile-graph.ts';
import { timeAnswer, timeBody, type Timing } from './time-answers.ts';

/**
 * Times a catalogue of hostile documents, request bodies and answers: `npm run bench:hostile [-- PART-OF-A-NAME]`. `read` is
 * the CPU time of the event loop's thread to read and check a document and its variables, or a body, or to make a response
 * of services' answers; `plan` the time to a plan, and `loop` what of that the event loop was busy with. All in
 * milliseconds; the median of some rounds. What is accepted is planned in a process of its own, which is ended after ten
 * seconds: a plan that is begun cannot be called off. Exits with 1 if one of them holds the event loop for longer than it may.
 */
const ROUNDS = 6;
const BOUND_MS = 50;
const PLAN_TIMEOUT_MS = 10_000;
const PLAN_ONLY = '--plan-only';
const NOT_PLANNED = 'NOT PLANNED in 10 s';

const { supergraph } = await composeHostileGraph();

type Reading = { readonly outcome: string; readonly readMs: number; readonly operation?: CheckedOperation };

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
    return `${'—'.padStart(9)}${'—'.padStart(9)}  ${isKilled ? NOT_PLANNED : 'planning failed'}`;
  }
}

const toColumn = (ms: number): string => ms.toFixed(1).padStart(9);

const WIDTH = 58;

/** What took too long, as it will be said at the end. */
const failures: string[] = [];

/** The first round compiles the code it runs through; a client's second request meets it compiled. */
function judge(name: string, rounds: readonly number[]): number {
  const sorted = rounds.slice(1).toSorted((left, right) => left - right);
  const ms = sorted[sorted.length >> 1] ?? 0;
  if (ms > BOUND_MS) failures.push(`${name}: ${ms.toFixed(1)} ms`);
  return ms;
}

async function timeDocuments(part: string): Promise<void> {
  console.log(`${'document'.padEnd(WIDTH)}${'read'.padStart(9)}${'plan'.padStart(9)}${'loop'.padStart(9)}  outcome`);
  for (const [name, request] of Object.entries(hostileRequests)) {
    if (!name.includes(part)) continue;
    const readings = Array.from({ length: ROUNDS }, () => read(request));
    const readMs = judge(
      name,
      readings.map((reading) => reading.readMs),
    );
    const outcome = readings[0]?.outcome ?? '';
    const planned = outcome === 'accepted' ? await planApart(name) : `${' '.repeat(18)}  ${outcome}`;
    if (planned.includes(NOT_PLANNED)) failures.push(`${name}: ${NOT_PLANNED}`);
    console.log(`${name.padEnd(WIDTH)}${toColumn(readMs)}${planned}`);
  }
}

function timeBodies(part: string): void {
  console.log(`\n${'body'.padEnd(WIDTH)}${'read'.padStart(9)}  outcome`);
  for (const [name, text] of Object.entries(hostileBodies)) {
    if (name.includes(part))
      printTimings(
        `body of ${name}`,
        Array.from({ length: ROUNDS }, () => timeBody(text)),
      );
  }
}

async function timeAnswers(part: string): Promise<void> {
  console.log(`\n${'answer'.padEnd(WIDTH)}${'response'.padStart(9)}  outcome`);
  for (const [name, answer] of Object.entries(hostileAnswers)) {
    if (name.includes(part)) printTimings(name, await timeAnswer(supergraph, answer, ROUNDS));
  }
}

function printTimings(name: string, timings: readonly Timing[]): void {
  const ms = judge(
    name,
    timings.map((timing) => timing.ms),
  );
  console.log(`${name.padEnd(WIDTH)}${toColumn(ms)}  ${timings.at(-1)?.outcome ?? ''}`);
}

const [first = '', name = ''] = process.argv.slice(2);
if (first === PLAN_ONLY) {
  const request = hostileRequests[name];
  if (request !== undefined) console.log(await plan(request));
} else {
  await timeDocuments(first);
  timeBodies(first);
  await timeAnswers(first);
  if (failures.length === 0) console.log(`\nNothing held the event loop for more than ${BOUND_MS} ms.`);
  else console.error(`\nHeld the event loop for more than ${BOUND_MS} ms:\n${failures.join('\n')}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
