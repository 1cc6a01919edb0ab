import { type GraphQLOutputType, type GraphQLSchema, isListType, isNonNullType } from 'graphql';
import type { GatewayError } from '../errors/gateway-error.ts';
import type { CompiledOperation, ExecutionResult } from '../execution/compile-operation.ts';
import type { CheckedOperation } from '../model/operation.ts';
import type { RequestContext } from '../model/request-context.ts';
import type { Step } from './find-behind-query.ts';
import { splitBehindQuery } from './split-behind-query.ts';

type Behind = { readonly steps: readonly Step[]; readonly compiled: CompiledOperation };
type Variables = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];
type Fields = Readonly<Record<string, unknown>>;

/** Compiles an operation in parts, where it selects of fields that lead back to `Query`. */
export async function compileBehindQuery(
  operation: CheckedOperation,
  schema: GraphQLSchema,
  compile: (part: CheckedOperation) => Promise<CompiledOperation>,
): Promise<CompiledOperation> {
  const { outer, behind } = splitBehindQuery(operation, schema);
  if (behind.length === 0) return compile(operation);
  const parts = behind.map(async (part) => ({
    steps: part.steps,
    compiled: await compileBehindQuery(part.operation, schema, compile),
  }));
  return joinBehindQuery(await compile(outer), await Promise.all(parts));
}

/** As one: what lies behind `Query` is asked for when it is known that the way leads there. */
function joinBehindQuery(outer: CompiledOperation, behind: readonly Behind[]): CompiledOperation {
  async function complete(result: ExecutionResult, variables: Variables, context: RequestContext) {
    const wanted = behind.filter(({ steps }) => leadsTo(result.data, steps));
    const results = await Promise.all(wanted.map(({ compiled }) => compiled.run(variables, context)));
    return wanted.reduce((whole, { steps }, index) => place(whole, steps, results[index] ?? { data: null }), result);
  }
  return {
    run: async (variables, context) => complete(await outer.run(variables, context), variables, context),
    subscribe: async function* (variables, context, ...rest) {
      for await (const event of outer.subscribe(variables, context, ...rest)) {
        yield { ...event, ...(await complete(event, variables, { ...context, scope: new Map() })) };
      }
    },
  };
}

/** Whether anything stands at the place. */
function leadsTo(value: unknown, [step, ...rest]: readonly Step[]): boolean {
  if (Array.isArray(value)) return value.some((item) => leadsTo(item, step === undefined ? [] : [step, ...rest]));
  if (value === null || value === undefined) return false;
  return step === undefined || leadsTo((value as Fields)[step.key], rest);
}

function place(
  whole: ExecutionResult,
  steps: readonly Step[],
  { data, errors = [] }: ExecutionResult,
): ExecutionResult {
  const placed: GatewayError[] = [];
  const tell = (path: Path): void => {
    for (const error of errors) placed.push(error.with({ path: [...path, ...(error.path ?? [])] }));
  };

  /** The object with the data at its places; null where they are null and must not be. */
  function fill(object: Fields, [step, ...rest]: readonly Step[], path: Path): Fields | null {
    if (step === undefined) {
      tell(path);
      return data;
    }
    const value = object[step.key];
    if (value === null || value === undefined) return object;
    const filled = fillValue(value, step.type, (item, at) => fill(item, rest, at), [...path, step.key]);
    return filled === null && isNonNullType(step.type) ? null : { ...object, [step.key]: filled };
  }

  const filled = whole.data === null ? null : fill(whole.data, steps, []);
  const all = [...(whole.errors ?? []), ...placed];
  return all.length === 0 ? { data: filled } : { data: filled, errors: all };
}

type Fill = (item: Fields, path: Path) => Fields | null;

function fillValue(value: unknown, type: GraphQLOutputType, fill: Fill, path: Path): unknown {
  if (value === null || value === undefined) return value;
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (!isListType(nullable)) return fill(value as Fields, path);
  const items = (value as readonly unknown[]).map((item, index) =>
    fillValue(item, nullable.ofType, fill, [...path, index]),
  );
  const isBroken = isNonNullType(nullable.ofType) && items.includes(null);
  return isBroken ? null : items;
}
