import { OperationTypeNode, type DocumentNode } from 'graphql';
import type { GatewayError } from '../errors/gateway-error.ts';
import type { FetchNode } from '../model/plan.ts';
import type { FetchAnswer } from '../model/source.ts';
import { checkAnswer, isDue } from './check-answer.ts';
import { compileRewrites, readRenamedKeys } from './compile-rewrites.ts';
import { compileSelection } from './compile-selection.ts';
import { compileSourceCall, toSourceFetch } from './compile-source-call.ts';
import { badResponse, isRelatedPath, reportFailures, type Failure } from './report-failures.ts';
import { isResponseObject, type ResponseObject } from './response-object.ts';
import { toClientPath } from './response-keys.ts';
import { settleChecks, type PlanCompilation, type Run, type Step } from './run.ts';

/** A fetch of root fields. */
export function compileFetch(node: FetchNode, compilation: PlanCompilation): Step {
  const fetch = toSourceFetch(node);
  const call = compileSourceCall(compilation.prepare(fetch), node.variables);
  const accept = compileAcceptRoot(node, fetch.document, compilation);
  const isMutation = node.operationKind === OperationTypeNode.MUTATION;
  return async (run) => {
    if (isMutation && run.hasBubbled(run)) return;
    accept(run, await call(run));
  };
}

/** Takes an answer of root fields into a run: data merged, errors at the client's paths. */
export type AcceptRoot = (run: Run, answer: FetchAnswer) => void;

export function compileAcceptRoot(node: FetchNode, document: DocumentNode, compilation: PlanCompilation): AcceptRoot {
  const { relations, merge, places } = compilation;
  const selection = compileSelection(document);
  const keepers = compilation.store.keepersOf(node);
  const rewrite = compileRewrites(node.outputRewrites, relations);
  const renamed = readRenamedKeys(node.outputRewrites);
  const keys = [...new Set([...selection.map((field) => field.responseKey), ...renamed.values()])];
  const toPath = (path: readonly (string | number)[]) =>
    toClientPath(
      places,
      path.map((segment) => (typeof segment === 'string' ? (renamed.get(segment) ?? segment) : segment)),
    );

  function check(run: Run, data: ResponseObject): readonly Failure[] {
    return checkAnswer(data, selection, undefined, { relations, variables: run.variables }).map(
      ({ path, message }) => ({
        path: toPath(path),
        error: badResponse(node.subgraph, message),
      }),
    );
  }

  function take(run: Run, data: ResponseObject): readonly Failure[] {
    const failures = check(run, data);
    rewrite?.(data);
    if (merge(run.data, data, keys)) return failures;
    return [...failures, ...lackAll(run, badResponse(node.subgraph, CONTRADICTS))];
  }

  function lackAll(run: Run, error: GatewayError): readonly Failure[] {
    const due = selection.filter((field) => isDue(field, undefined, { relations, variables: run.variables }));
    // Written as null, so that a mutation's next field can see whether the response is lost already.
    for (const { responseKey } of due) run.data[responseKey] ??= null;
    return due.map((field) => ({ path: toPath([field.responseKey]), error }));
  }

  /** An answer without errors: its check can wait until something is lacking. */
  function takeQuietly(run: Run, data: ResponseObject): void {
    if (merge(run.data, data, keys)) {
      run.unchecked.push(() => run.errors.push(...reportFailures(node.subgraph, dedupe(check(run, data)))));
    } else {
      const lacking = [...check(run, data), ...lackAll(run, badResponse(node.subgraph, CONTRADICTS))];
      run.errors.push(...reportFailures(node.subgraph, dedupe(lacking)));
    }
  }

  function takeWithErrors(run: Run, data: unknown, errors: readonly GatewayError[]): void {
    settleChecks(run);
    const said = errors.map((error): Failure => ({
      path: toPath(error.path ?? (keys.length === 1 ? keys : [])),
      error,
    }));
    const lacking = isResponseObject(data)
      ? take(run, data)
      : lackAll(run, errors[0] ?? badResponse(node.subgraph, 'answered neither data nor errors'));
    const failures = data === null ? said.filter(({ path }) => path.length > 0) : said;
    const unexplained = lacking.filter((lack) => !failures.some(({ path }) => isRelatedPath(path, lack.path)));
    run.errors.push(...reportFailures(node.subgraph, dedupe([...failures, ...unexplained])));
  }

  return (run, { data, errors = [] }) => {
    if (errors.length > 0 || rewrite !== undefined || !isResponseObject(data)) {
      takeWithErrors(run, data, errors);
    } else {
      takeQuietly(run, data);
      for (const keep of keepers) keep(run.entities, data, undefined);
    }
  };
}

const CONTRADICTS = 'contradicts the other services of a shared field';

/** Several response keys may stand under fragments more than once. */
function dedupe(failures: readonly Failure[]): readonly Failure[] {
  const seen = new Set<string>();
  return failures.filter(({ path, error }) => {
    const key = JSON.stringify([path, error.code, error.message]);
    return !seen.has(key) && seen.add(key);
  });
}
