import type { ExpressionRoots } from '../../model/expression.ts';
import { type RequestContext, scoped } from '../../model/request-context.ts';
import type { Fields } from './read-field.ts';

type CallerRoots = Pick<ExpressionRoots, 'claims' | 'headers'>;

const key = {};

/** The values a call's templates and expressions can name. */
export function toRoots(args: Fields, parent: Fields | undefined, context: RequestContext): ExpressionRoots {
  const { claims, headers } = scoped(context, key, () => readCaller(context));
  return { args, this: parent, claims, headers };
}

function readCaller({ caller, header }: RequestContext): CallerRoots {
  return {
    claims: caller.kind === 'authenticated' ? caller.claims : {},
    headers: new Proxy({}, readingHeaders(header)),
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
