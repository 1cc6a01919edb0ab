import type { DocumentLimits } from '../config/limits.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { RequestErrors } from '../errors/request-errors.ts';
import { type CheckedOperation, keptWith } from '../model/operation.ts';
import { type CheckConstraints, createCompileConstraints } from './compile-constraints.ts';
import { compileCost } from './compile-cost.ts';
import { type Cost, evaluateCost } from './cost-terms.ts';
import type { Documents, DocumentsOptions } from './documents.ts';
import { exceededLimit } from './exceeded-limit.ts';
import { createFieldCosts } from './field-costs.ts';
import { findIntrospection } from './find-introspection.ts';
import { NO_COSTS } from './read-costs.ts';

type OperationChecks = Pick<Documents, 'checkVariables'> & {
  /** The operation, or why it is refused whatever its variables are. */
  readonly check: (operation: CheckedOperation) => CheckedOperation | RequestErrors;
};

/** What depends on variables. */
type VariableChecks = { readonly constraints?: CheckConstraints | undefined; readonly cost?: Cost };

/** The key under which an operation's `VariableChecks` are kept with it. */
const VARIABLES = {};

// More wrong values than that at once help nobody.
const MAX_ERRORS = 20;

/** What an operation is held against that fits the schema: introspection, constraints, cost. */
export function createOperationChecks(options: DocumentsOptions, limits: DocumentLimits): OperationChecks {
  const pricing = { schema: options.apiSchema, costs: createFieldCosts(options.apiSchema, options.costs ?? NO_COSTS) };
  const compileConstraints = createCompileConstraints(options.apiSchema, options.constraints ?? new Map());

  function prepare(operation: CheckedOperation): void {
    if (!options.introspection) refuseIntrospection(operation);
    const { errors, check } = compileConstraints(operation);
    refuseValues(errors);
    const cost = compileCost(operation, pricing);
    if (typeof cost === 'number') refuseCost(cost, limits.cost);
    keptWith<VariableChecks>(operation, VARIABLES, () => ({ constraints: check, cost }));
  }

  return {
    check: (operation) => {
      try {
        prepare(operation);
        return operation;
      } catch (error) {
        if (error instanceof RequestErrors) return error;
        throw error;
      }
    },
    checkVariables: (operation, variables) => {
      const { constraints, cost } = keptWith<VariableChecks>(operation, VARIABLES, () => ({}));
      refuseValues(constraints?.(variables) ?? []);
      if (cost !== undefined) refuseCost(evaluateCost(cost, variables), limits.cost);
    },
  };
}

function refuseValues(errors: readonly GatewayError[]): void {
  if (errors.length > 0) throw new RequestErrors(errors.slice(0, MAX_ERRORS));
}

function refuseCost(cost: number, limit: number): void {
  if (cost > limit) throw exceededLimit({ key: 'cost', limit, found: cost });
}

function refuseIntrospection(operation: CheckedOperation): void {
  const found = findIntrospection(operation);
  if (found === undefined) return;
  const message = `Introspection is off: "${found.name}" cannot be asked here.`;
  throw new RequestErrors([new GatewayError('INTROSPECTION_DISABLED', message, { locations: found.locations })]);
}
