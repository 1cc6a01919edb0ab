import type { RequestContext } from '../model/request-context.ts';
import type { ExecutionResult } from './compile-operation.ts';
import { fitErrors } from './fit-errors.ts';
import type { Introspect } from './introspection.ts';
import type { FindService } from './find-service.ts';
import type { SelectProjection } from './projections.ts';
import type { Projection } from './compile-projection.ts';
import { createProjectionState, readErrors, type ProjectionState } from './projection-state.ts';
import type { ResponseObject } from './response-object.ts';
import { settleChecks, type Run } from './run.ts';

/** A run, and how it becomes the client's result once its plan has ended. */
type StartedRun = { readonly run: Run; readonly finish: () => ExecutionResult };

export type Runs = {
  readonly start: (variables: Readonly<Record<string, unknown>>, context: RequestContext) => StartedRun;
};

export type RunsInput = {
  readonly selectProjection: SelectProjection;
  readonly introspect: Introspect;
  readonly serviceAt: FindService;
};

export function createRuns({ selectProjection, introspect, serviceAt }: RunsInput): Runs {
  function startState(run: Run, introspection: ResponseObject | undefined): ProjectionState {
    return createProjectionState({ explained: run.errors, introspection, serviceAt });
  }

  function hasBubbled(projection: Projection, run: Run): boolean {
    return Object.keys(run.data).some((key) => projection.hasBubbled(key, run.data, startState(run, undefined)));
  }

  return {
    start(variables, context) {
      const { projection, fast } = selectProjection(variables);
      const run: Run = {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.create has no type
        data: Object.create(null) as ResponseObject,
        variables,
        context,
        errors: [],
        faults: new Map(),
        unchecked: [],
        entities: [],
        underWay: new Map(),
        hasBubbled: (current) => hasBubbled(projection, current),
      };
      return {
        run,
        finish() {
          const written = run.errors.length === 0 ? fast()?.(run.data) : undefined;
          if (written !== undefined) return { data: written };
          settleChecks(run);
          const state = startState(run, projection.hasIntrospection ? introspect(variables) : undefined);
          const data = projection.project(run.data, state);
          const errors = [...fitErrors(run.errors, data), ...readErrors(state)];
          return errors.length === 0 ? { data } : { data, errors };
        },
      };
    },
  };
}
