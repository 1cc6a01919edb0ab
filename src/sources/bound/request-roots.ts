import type { ExpressionRoots } from '../../model/expression.ts';
import { type RequestContext, scoped } from '../../model/request-context.ts';
import type { Fields } from './read-field.ts';

type CallerRoots = Pick<ExpressionRoots, 'claims' | 'headers'>;

/** The values a call's templates and expressions can name. */
export type ToRoots = (args: Fields, parent: Fields | undefined, context: RequestContext) => ExpressionRoots;

/** `forward` names the headers of the client's request that the service may be told of; every other reads as absent. */
export function createToRoots(forward: readonly string[]): ToRoots {
  const key = {};
  const forwarded = new Set(forward.map((name) => name.toLowerCase()));
  return (args, parent, context) => {
    const { claims, headers } = scoped(context, key, () => readCaller(context, forwarded));
    return { args, this: parent, claims, headers };
  };
}

function readCaller({ caller, header }: RequestContext, forwarded: ReadonlySet<string>): CallerRoots {
  return {
    claims: caller.kind === 'authenticated' ? caller.claims : {},
    headers: new Proxy(
      {},
      readingHeaders((name) => (forwarded.has(name) ? header(name) : null)),
    ),
  };
}

/** Headers by lower-case name, read only when named. */
function readingHeaders(header: RequestContext['header']): ProxyHandler<Record<string, unknown>> {
  const read = (name: string | symbol): string | undefined =>
    typeof name === 'string' ? (header(name.toLowerCase()) ?? undefined) : undefined;
  return {
    get: (_, name) => read(name),
    has: (_, name) => read(name) !== undefined,
    getOwnPropertyDescriptor: (_, name) => {
      const value = read(name);
      return value === undefined ? undefined : { value, enumerable: true, configurable: true };
    },
  };
}
