import { OperationTypeNode, type DocumentNode } from 'graphql';
import type { GatewayError } from '../errors/gateway-error.ts';
import type { FetchNode } from '../model/plan.ts';
import type { FetchAnswer } from '../model/source.ts';
import { checkAnswer, isDue, type OnFault } from './check-answer.ts';
import { compileRewrites, readRenamedKeys } from './compile-rewrites.ts';
import { compileSelection, type SelectedField } from './compile-selection.ts';
import { compileSourceCall, DONE, toSourceFetch } from './compile-source-call.ts';
import { Failures } from './failures.ts';
import { PathSet } from './path-set.ts';
import { badResponse, createErrorOf, reportFailures } from './report-failures.ts';
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

  function take(run: Run, data: ResponseObject, onLack: OnLack): void {
    checkRoot(root, run, data, onLack);
    rewrite?.(data);
    if (!merge(run.data, data, keys)) lackAll(root, run, badResponse(node.subgraph, CONTRADICTS), onLack);
  }

  function takeWithErrors(run: Run, data: unknown, errors: readonly GatewayError[]): void {
    settleChecks(run);
    const failures = new Failures();
    const explained = new PathSet();
    for (const error of errors) {
      const path = toPath(error.path ?? (keys.length === 1 ? keys : []));
      if (data === null && path.length === 0) continue;
      failures.add(path, error);
      explained.add(path);
    }
    const onLack: OnLack = (path, error) => {
      if (!explained.isRelated(path)) failures.add(path, error);
    };
    if (isResponseObject(data)) take(run, data, onLack);
    else lackAll(root, run, errors[0] ?? badResponse(node.subgraph, 'answered neither data nor errors'), onLack);
    run.errors.push(...reportFailures(node.subgraph, failures.list()));
  }

  return (run, { data, errors = [] }) => {
    const isQuiet = errors.length === 0 && rewrite === undefined && isResponseObject(data);
    if (!isQuiet || !merge(run.data, data, keys)) {
      takeWithErrors(run, data, errors);
    } else {
      // Its check can wait until something is lacking.
      run.unchecked.push(() => {
        const failures = new Failures();
        checkRoot(root, run, data, (path, error) => failures.add(path, error));
        run.errors.push(...reportFailures(node.subgraph, failures.list()));
      });
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

/** Told of a place that lacks something, by the client's path. */
type OnLack = (path: readonly (string | number)[], error: GatewayError) => void;

function checkRoot(
  { service, compilation, selection, toPath }: RootAnswer,
  run: Run,
  data: ResponseObject,
  onLack: OnLack,
): void {
  const errorOf = createErrorOf(service);
  const onFault: OnFault = (path, message) => onLack(toPath(path), errorOf(message));
  checkAnswer(data, selection, undefined, { relations: compilation.relations, variables: run.variables, onFault });
}

/** Written as null, so that a mutation's next field can see whether the response is lost already. */
function lackAll({ compilation, selection, toPath }: RootAnswer, run: Run, error: GatewayError, onLack: OnLack): void {
  const conditions = { relations: compilation.relations, variables: run.variables };
  const due = selection.filter((field) => isDue(field, undefined, conditions));
  for (const { responseKey } of due) run.data[responseKey] ??= null;
  for (const { responseKey } of due) onLack(toPath([responseKey]), error);
}

const CONTRADICTS = 'contradicts the other services of a shared field';
