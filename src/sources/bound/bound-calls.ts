import { getNullableType, GraphQLBoolean, type GraphQLField, type GraphQLObjectType } from 'graphql';
import type { Binding } from '../../model/binding.ts';
import type { CallKind, CallPolicy, Protect } from '../../model/call.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import type { BindingClient } from './binding-client.ts';
import { type BindingNames, readBindingNames } from '../../subgraph/binding-names.ts';
import { createBatchedCalls } from './batched-calls.ts';
import { limitCalls } from './limit-calls.ts';
import type { ObjectState } from './object-state.ts';
import { compileParentValues, type ParentValues } from './parent-values.ts';
import { readBatch } from './read-batch.ts';
import type { ToRoots } from './request-roots.ts';
import { prepareCall, type SendCall } from './send-call.ts';
import type { Waiter } from './shared-call.ts';
import { createEachCall, createSingleCalls, type OpenCalls } from './single-calls.ts';

/** How a field's, or an entity's, own call is made for one parent. */
export type BoundCall = {
  /** Whether all that the call reads of its parent is known. */
  readonly isReady: (state: ObjectState) => boolean;
  /** Gives the value (before completion), or NOT_FOUND. null where the parent has no value to ask by. */
  readonly open: OpenCalls;
};

export type BoundCallSettings = {
  readonly subgraph: SubgraphSchema;
  readonly clientOf: (binding: Binding) => BindingClient;
  readonly protect: Protect;
  readonly toRoots: ToRoots;
};

type Target = {
  readonly binding: Binding;
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown> | undefined;
  readonly policy: CallPolicy;
};

/** A subgraph's calls, each prepared once: fetches that make the same call share its batches and its answers. */
export class BoundCalls {
  readonly #settings: BoundCallSettings;
  readonly #prepared = new Map<string, BoundCall>();

  constructor(settings: BoundCallSettings) {
    this.#settings = settings;
  }

  /** `policyOf` is asked only if the field has a call of its own. */
  forField(
    type: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    policyOf: (coordinate: string) => CallPolicy,
  ): BoundCall | undefined {
    const binding = this.#settings.subgraph.fieldBindings.get(`${type.name}.${field.name}`);
    return binding === undefined
      ? undefined
      : this.#prepare({ binding, type, field, policy: policyOf(binding.coordinate) });
  }

  forEntity(type: GraphQLObjectType, policyOf: (coordinate: string) => CallPolicy): BoundCall | undefined {
    const binding = this.#settings.subgraph.entityBindings.get(type.name);
    return binding === undefined
      ? undefined
      : this.#prepare({ binding, type, field: undefined, policy: policyOf(binding.coordinate) });
  }

  #prepare(target: Target): BoundCall {
    const id = JSON.stringify([target.binding.coordinate, target.policy]);
    const known = this.#prepared.get(id);
    if (known !== undefined) return known;
    const call = this.#createCall(target);
    this.#prepared.set(id, call);
    return call;
  }

  #createCall(target: Target): BoundCall {
    const { binding, type, field } = target;
    const { subgraph, toRoots } = this.#settings;
    const isMutation = type === subgraph.schema.getMutationType();
    const send = this.#createSend(target, isMutation ? 'mutation' : 'query');
    const names = readBindingNames(binding, field?.args.map(({ name }) => name) ?? []);
    if (binding.batch !== undefined) return this.#createBatched(target, names, send);
    const parent = compileParentValues(type, names, subgraph);
    const open = (isMutation ? createEachCall : createSingleCalls)({ parent, send, toRoots });
    return toBoundCall(parent, open, isFlag(field) ? toOutcome(binding) : undefined);
  }

  #createBatched(target: Target, names: BindingNames, send: SendCall): BoundCall {
    const { subgraph, toRoots } = this.#settings;
    const batch = readBatch(target, names, subgraph);
    const required = new Set(batch.matches.map(({ name }) => name));
    const parent = compileParentValues(
      target.type,
      { ...names, named: batch.names, required, takesAll: false },
      subgraph,
    );
    const open = createBatchedCalls(batch, { parent, send, toRoots });
    return toBoundCall(parent, open, batch.toValue);
  }

  #createSend({ binding, policy }: Target, kind: CallKind): SendCall {
    const { clientOf, protect, subgraph } = this.#settings;
    const send = prepareCall(binding, {
      client: clientOf(binding),
      protect,
      kind,
      policy: toPolicy(binding, policy),
      subgraph,
    });
    return kind === 'mutation' ? send : limitCalls(send);
  }
}

function toBoundCall(
  parent: ParentValues,
  open: OpenCalls,
  toValue: ((answer: unknown) => unknown) | undefined,
): BoundCall {
  if (toValue === undefined) return { isReady: parent.isComplete, open };
  return {
    isReady: parent.isComplete,
    open: (args, context) => {
      const load = open(args, context);
      return (state, waiter) => load(state, mapped(waiter, toValue));
    },
  };
}

/** A failure to read the value is the call's. */
function mapped(waiter: Waiter, toValue: (answer: unknown) => unknown): Waiter {
  return {
    settle: (answer, failure) => {
      let value: unknown;
      let fault = failure;
      try {
        if (failure === undefined) value = toValue(answer);
      } catch (error) {
        fault = error;
      }
      waiter.settle(value, fault);
    },
  };
}

function isFlag(field: GraphQLField<unknown, unknown> | undefined): boolean {
  return field !== undefined && getNullableType(field.type) === GraphQLBoolean;
}

/** An answer without content, or a broker's acknowledgement, is `true` where a Boolean is asked for. */
function toOutcome(binding: Binding): (answer: unknown) => unknown {
  const isAccepted = binding.kind === 'publish' || (binding.kind === 'function' && binding.isAsync);
  return (answer) => (isAccepted || answer === undefined ? true : answer);
}

/** A function that has to be started first takes longer than a service that runs. */
const FUNCTION_TIMEOUT_MS = 30_000;

function toPolicy({ kind }: Binding, policy: CallPolicy): CallPolicy {
  return kind === 'function' && policy.timeoutMs === undefined ? { ...policy, timeoutMs: FUNCTION_TIMEOUT_MS } : policy;
}
