import { parseOperationParameters } from '../src/edge/operation-parameters.ts';
import { GatewayError } from '../src/errors/gateway-error.ts';
import { RequestErrors } from '../src/errors/request-errors.ts';
import { createDocuments } from '../src/document/documents.ts';
import { compileOperation, type CompiledOperation } from '../src/execution/compile-operation.ts';
import { toClientErrors } from '../src/gateway/client-errors.ts';
import { Cancellation } from '../src/model/cancellation.ts';
import type { SourceFetch } from '../src/model/source.ts';
import type { Supergraph } from '../src/model/supergraph.ts';
import { silentLog } from '../src/observability/log.ts';
import { createPlanner } from '../src/planning/planner.ts';
import { parseGraphqlResult } from '../src/sources/http/graphql-answer.ts';
import { cpuMs } from './cpu-ms.ts';
import type { HostileAnswer } from './hostile-answers.ts';

export type Timing = { readonly ms: number; readonly outcome: string };

/** Reads a request's body once. */
export function timeBody(text: string): Timing {
  const start = cpuMs();
  try {
    parseOperationParameters(text);
    return { ms: cpuMs() - start, outcome: 'accepted' };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { ms: cpuMs() - start, outcome: error.code };
  }
}

/** Makes the response to a query of the answers of services, `rounds` times: parsed, merged, checked, written. */
export async function timeAnswer(
  supergraph: Supergraph,
  { query, answers }: HostileAnswer,
  rounds: number,
): Promise<readonly Timing[]> {
  const compiled = await compile(supergraph, query, answers);
  const timings: Timing[] = [];
  for (let round = 0; round < rounds; round++) timings.push(await timeRun(compiled));
  return timings;
}

async function compile(
  supergraph: Supergraph,
  query: string,
  answers: HostileAnswer['answers'],
): Promise<CompiledOperation> {
  const { apiSchema } = supergraph;
  const operation = createDocuments({ apiSchema, introspection: true, suggestions: false }).read(query, undefined);
  const plan = createPlanner(supergraph).plan(operation);
  const prepare =
    ({ subgraph }: SourceFetch) =>
    async () =>
      toAnswer(answers[subgraph] ?? '', subgraph);
  const prepareSubscription = (): never => {
    throw new RequestErrors([]);
  };
  return compileOperation({ operation, plan, apiSchema, denied: new Map(), prepare, prepareSubscription });
}

function toAnswer(text: string, subgraph: string) {
  try {
    return parseGraphqlResult(text, subgraph);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { data: null, errors: [error] };
  }
}

async function timeRun(compiled: CompiledOperation): Promise<Timing> {
  const context = {
    requestId: 'r',
    caller: { kind: 'anonymous' },
    header: () => null,
    deadlineMs: performance.now() + 60_000,
    cancellation: new Cancellation(),
    scope: new Map(),
  } as const;
  const start = cpuMs();
  const { data, errors = [] } = await compiled.run({}, context);
  const shown = toClientErrors(errors, { unmasked: false, requestId: 'r', log: silentLog });
  const text = JSON.stringify({ errors: shown, data });
  return { ms: cpuMs() - start, outcome: `${errors.length} errors, ${text.length} characters` };
}
