import { createDocuments } from '../src/document/documents.ts';
import { readVariables } from '../src/document/read-variables.ts';
import { GatewayError } from '../src/errors/gateway-error.ts';
import { RequestErrors } from '../src/errors/request-errors.ts';
import type { CheckedOperation } from '../src/model/operation.ts';
import type { QueryPlan } from '../src/model/plan.ts';
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
 * of services' answers; `plan` that to plan a document. All in milliseconds; the median of some rounds. Exits with 1 if one
 * of them holds the event loop for longer than it may.
 */
const ROUNDS = 6;
const BOUND_MS = 50;

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

/** With a fresh planner each time: ways that are known already cost nothing. */
function plan(name: string, operation: CheckedOperation): string {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const planner = createPlanner(supergraph);
    const start = cpuMs();
    const outcome = planOutcome(() => planner.plan(operation));
    return { outcome, ms: cpuMs() - start };
  });
  const planMs = judge(
    `plan of ${name}`,
    rounds.map(({ ms }) => ms),
  );
  return `${toColumn(planMs)}  ${rounds[0]?.outcome ?? ''}`;
}

function planOutcome(makePlan: () => QueryPlan): string {
  try {
    return `planned: ${JSON.stringify(makePlan().root).length} characters`;
  } catch (error) {
    return error instanceof GatewayError ? error.code : String(error);
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

function timeDocuments(part: string): void {
  console.log(`${'document'.padEnd(WIDTH)}${'read'.padStart(9)}${'plan'.padStart(9)}  outcome`);
  for (const [name, request] of Object.entries(hostileRequests)) {
    if (!name.includes(part)) continue;
    const readings = Array.from({ length: ROUNDS }, () => read(request));
    const readMs = judge(
      name,
      readings.map((reading) => reading.readMs),
    );
    const { operation, outcome = '' } = readings[0] ?? {};
    const planned = operation === undefined ? `${' '.repeat(9)}  ${outcome}` : plan(name, operation);
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

const part = process.argv[2] ?? '';
timeDocuments(part);
timeBodies(part);
await timeAnswers(part);
if (failures.length === 0) console.log(`\nNothing held the event loop for more than ${BOUND_MS} ms.`);
else console.error(`\nHeld the event loop for more than ${BOUND_MS} ms:\n${failures.join('\n')}`);
process.exitCode = failures.length === 0 ? 0 : 1;
