import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createDocuments } from '../src/document/documents.ts';
import { readCosts } from '../src/document/read-costs.ts';
import { readVariables } from '../src/document/read-variables.ts';
import { RequestErrors } from '../src/errors/request-errors.ts';
import { GatewayError } from '../src/errors/gateway-error.ts';
import type { CheckedOperation } from '../src/model/operation.ts';
import { createPlanner } from '../src/planning/planner.ts';
import { composeHostileGraph } from './hostile-graph.ts';
import { hostileRequests, type HostileRequest } from './hostile-documents.ts';

/** Milliseconds; `planMs` is from asking to answer, `heldMs` the longest time the event loop stood still in it. */
type Timing = { readonly outcome: string; readonly readMs: number; readonly planMs: number; readonly heldMs: number };

const ROUNDS = 5;
const { supergraph } = composeHostileGraph();
const planner = createPlanner(supergraph);

/** A fresh reader each time: what is remembered costs nothing. */
function read({ text, variables }: HostileRequest): CheckedOperation | string {
  const { apiSchema } = supergraph;
  const documents = createDocuments({
    apiSchema,
    introspection: true,
    suggestions: false,
    costs: readCosts(supergraph.sdl),
  });
  try {
    const operation = documents.read(text, undefined);
    documents.checkCost(operation, readVariables(operation, apiSchema, variables));
    return operation;
  } catch (error) {
    if (error instanceof RequestErrors) return error.errors[0]?.code ?? '';
    throw error;
  }
}

async function time(request: HostileRequest): Promise<Timing> {
  const start = performance.now();
  const operation = read(request);
  const readMs = performance.now() - start;
  if (typeof operation === 'string') return { outcome: operation, readMs, planMs: 0, heldMs: 0 };
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const before = performance.now();
  const outcome = await planner.plan(operation).then(
    () => 'planned',
    (error: unknown) => (error instanceof GatewayError ? (error.detail ?? error.code) : String(error)),
  );
  const planMs = performance.now() - before;
  await new Promise(setImmediate);
  delay.disable();
  return { outcome, readMs, planMs, heldMs: delay.max / 1e6 };
}

const only = process.argv[2] ?? '';
console.log(`${'document'.padEnd(58)}${'read'.padStart(9)}${'plan'.padStart(9)}${'held'.padStart(9)}  outcome`);
const worst = { readMs: 0, planMs: 0, heldMs: 0 };
for (const [name, request] of Object.entries(hostileRequests)) {
  if (!name.includes(only)) continue;
  const rounds: Timing[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await time(request));
  // The first round compiles the code it runs through; a hostile client's second document meets it compiled.
  const later = rounds.slice(1);
  const most = (read: (timing: Timing) => number) => Math.max(...later.map(read));
  const timing = { readMs: most((t) => t.readMs), planMs: most((t) => t.planMs), heldMs: most((t) => t.heldMs) };
  for (const key of ['readMs', 'planMs', 'heldMs'] as const) worst[key] = Math.max(worst[key], timing[key]);
  print(name, timing, rounds[0]?.outcome ?? '');
}
print('the worst of each', worst, '');

function print(name: string, { readMs, planMs, heldMs }: Omit<Timing, 'outcome'>, outcome: string): void {
  const numbers = [readMs, planMs, heldMs].map((ms) => ms.toFixed(1).padStart(9)).join('');
  console.log(`${name.padEnd(58)}${numbers}  ${outcome.slice(0, 60)}`);
}
