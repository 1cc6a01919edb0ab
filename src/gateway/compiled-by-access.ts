import { GatewayError } from '../errors/gateway-error.ts';
import type { CompiledOperation } from '../execution/compile-operation.ts';
import { type CheckedOperation, keptWith } from '../model/operation.ts';
import type { Caller } from '../model/request-context.ts';

/** A promise until it is compiled: what is known is not waited for. */
export type Compiling = CompiledOperation | Promise<CompiledOperation>;

/** With the first caller that it was made for. */
type Compiled = { readonly compiling: Compiling; readonly caller: Caller };

const COMPILED = {};

/** An operation belongs to the engine whose documents read it: what was compiled from it can be kept with it. */
function compiledFrom(document: CheckedOperation): Map<string, Compiled> {
  return keptWith(document, COMPILED, () => new Map());
}

/** What was compiled from the operation for callers of this key, or what `compile` makes of it now, which is kept. */
export function compileOnce(
  document: CheckedOperation,
  { key, caller }: { readonly key: string; readonly caller: Caller },
  compile: () => Promise<CompiledOperation>,
): Compiling {
  const byAccess = compiledFrom(document);
  const known = byAccess.get(key);
  if (known !== undefined) return known.compiling;
  const compiling = compile();
  const keep = (made: Compiling): void => void byAccess.set(key, { compiling: made, caller: withoutClaims(caller) });
  keep(compiling);
  compiling.then(keep, (error: unknown) => {
    if (!isRefusal(error)) byAccess.delete(key);
  });
  return compiling;
}

/** For whom the operation was compiled: one caller of each key, without its claims. */
export function callersOf(document: CheckedOperation): readonly Caller[] {
  return [...compiledFrom(document).values()].map(({ caller }) => caller);
}

/** What a caller may see is decided by scopes; nobody's claims are kept for longer than a request. */
function withoutClaims(caller: Caller): Caller {
  return caller.kind === 'anonymous' ? caller : { ...caller, claims: {} };
}

/** What is remembered with the document: trying again would take as long, and end the same. */
const isRefusal = (error: unknown) => error instanceof GatewayError && error.code === 'OPERATION_TOO_COSTLY';
