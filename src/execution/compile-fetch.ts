import { OperationTypeNode, type DocumentNode } from 'graphql';
import type { GatewayError } from '../errors/gateway-error.ts';
import type { FetchNode } from '../model/plan.ts';
import type { FetchAnswer } from '../model/source.ts';
import { checkAnswer, isDue } from './check-answer.ts';
import { compileRewrites, readRenamedKeys } from './compile-rewrites.ts';
import { compileSelection, type SelectedField } from './compile-selection.ts';
import { compileSourceCall, DONE, toSourceFetch } from './compile-source-call.ts';
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
  return (run) => {
    if (isMutation && run.hasBubbled(run)) return DONE;
    return call(run, undefined, (answer) => accept(run, answer));
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

  const root: RootAnswer = { service: node.subgraph, compilation, selection, toPath };

  function take(run: Run, data: ResponseObject): readonly Failure[] {
    const failures = checkRoot(root, run, data);
    rewrite?.(data);
    if (merge(run.data, data, keys)) return failures;
    return [...failures, ...lackAll(root, run, badResponse(node.subgraph, CONTRADICTS))];
  }

  function takeWithErrors(run: Run, data: unknown, errors: readonly GatewayError[]): void {
    settleChecks(run);
    const said = errors.map((error): Failure => ({
      path: toPath(error.path ?? (keys.length === 1 ? keys : [])),
      error,
    }));
    const lacking = isResponseObject(data)
      ? take(run, data)
      : lackAll(root, run, errors[0] ?? badResponse(node.subgraph, 'answered neither data nor errors'));
    const failures = data === null ? said.filter(({ path }) => path.length > 0) : said;
    const unexplained = lacking.filter((lack) => !failures.some(({ path }) => isRelatedPath(path, lack.path)));
    run.errors.push(...reportFailures(node.subgraph, dedupe([...failures, ...unexplained])));
  }

  return (run, { data, errors = [] }) => {
    const isQuiet = errors.length === 0 && rewrite === undefined && isResponseObject(data);
    if (!isQuiet || !merge(run.data, data, keys)) {
      takeWithErrors(run, data, errors);
    } else {
      // Its check can wait until something is lacking.
      run.unchecked.push(() => run.errors.push(...reportFailures(node.subgraph, dedupe(checkRoot(root, run, data)))));
      for (const keep of keepers) keep(run.entities, data, undefined);
    }
  };
}

type RootAnswer = {
  readonly service: string;
  readonly compilation: PlanCompilation;
  readonly selection: readonly SelectedField[];
  readonly toPath: (path: readonly (string | number)[]) => readonly (string | number)[];
};

function checkRoot(
  { service, compilation, selection, toPath }: RootAnswer,
  run: Run,
  data: ResponseObject,
): readonly Failure[] {
  const check = { relations: compilation.relations, variables: run.variables };
  return checkAnswer(data, selection, undefined, check).map(({ path, message }) => ({
    path: toPath(path),
    error: badResponse(service, message),
  }));
}

/** Written as null, so that a mutation's next field can see whether the response is lost already. */
function lackAll({ compilation, selection, toPath }: RootAnswer, run: Run, error: GatewayError): readonly Failure[] {
  const conditions = { relations: compilation.relations, variables: run.variables };
  const due = selection.filter((field) => isDue(field, undefined, conditions));
  for (const { responseKey } of due) run.data[responseKey] ??= null;
  return due.map((field) => ({ path: toPath([field.responseKey]), error }));
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
