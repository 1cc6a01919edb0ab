import type { TypeNode } from 'graphql';
import type { Pagination, RestBinding } from '../../model/binding.ts';
import type { Expression } from '../../model/expression.ts';
import type { CallSite } from '../call-site.ts';
import { elementTypeOf, namedTypeOf } from '../type-index.ts';

export type PaginateArgument = {
  readonly by: Pagination['by'];
  readonly param?: string;
  readonly size?: string;
  readonly pageSize: number;
  readonly firstPage: number;
  readonly next?: string;
  readonly total?: string;
  readonly max: number;
};

type Call = Pick<RestBinding, 'path'> & { readonly method: RestBinding['method']; readonly batch: unknown };

const DEFAULT_PARAMS: Readonly<Record<Pagination['by'], string | undefined>> = {
  PAGE: 'page',
  OFFSET: 'offset',
  CURSOR: 'cursor',
  LINK: undefined,
};

/** What the connection of a paginated field is made of: nothing else of it is known. */
const CONNECTION_FIELDS = ['edges', 'nodes', 'pageInfo', 'totalCount'];

/** How the field's pages are walked. Whatever can't be is reported. */
export function readPaginate(site: CallSite, argument: PaginateArgument, call: Call): Pagination {
  const into = site.returns !== undefined && elementTypeOf(site.returns) === undefined ? 'connection' : 'list';
  const pagination: Pagination = {
    by: argument.by,
    param: argument.param ?? DEFAULT_PARAMS[argument.by],
    sizeParam: argument.size,
    pageSize: argument.pageSize,
    firstPage: argument.firstPage,
    next: readExpression(site, 'paginate.next', argument.next),
    total: readExpression(site, 'paginate.total', argument.total),
    max: argument.max,
    into,
  };
  for (const [message, remedy] of faultsOf(site, pagination, call))
    site.fault('INVALID_DIRECTIVE_ARGUMENT', message, remedy);
  return pagination;
}

function readExpression(site: CallSite, argument: string, text: string | undefined): Expression | undefined {
  return text === undefined ? undefined : site.answerExpression(argument, text)?.expression;
}

type Fault = readonly [message: string, remedy: string];

function* faultsOf(site: CallSite, pagination: Pagination, call: Call): Generator<Fault> {
  if (site.kind !== 'query' && site.kind !== 'field')
    yield ['has pages, which only fields of Query and of object types have', 'Take `paginate` off.'];
  if (call.method !== 'GET' || call.batch !== undefined)
    yield ['has pages, but is not a GET call for one parent', 'Take `paginate` off, or `batch`.'];
  if (Math.min(pagination.pageSize, pagination.max, pagination.firstPage + 1) < 1)
    yield ['has a paginate whose numbers are too small', 'pageSize and max are at least 1, firstPage 0.'];
  if (pagination.by === 'CURSOR' && pagination.next === undefined)
    yield ['has pages by cursor, but no `next`', 'Say where in the answer the next cursor is: next: "meta.cursor".'];
  yield* pagination.into === 'connection' ? faultsOfConnection(site, pagination) : [];
  yield* faultsOfPath(site, call, pagination);
}

/** What says which page cannot stand in the path as well. */
function* faultsOfPath(site: CallSite, { path }: Call, { param, sizeParam, into }: Pagination): Generator<Fault> {
  const own = path.variables.find((name) => ['first', 'after', 'limit'].includes(name.replace(/^args\./, '')));
  const doubled = [param, sizeParam].find((name) => name !== undefined && parametersOf(path.text, site).includes(name));
  if (own !== undefined && (into === 'connection' || !own.endsWith('after')))
    yield [
      `has pages, and sends "${own}" too`,
      'Take it out of the path: `paginate` says how many items are asked for.',
    ];
  else if (doubled !== undefined)
    yield [`has pages by "${doubled}", which its path sets as well`, 'Take it out of the path.'];
}

/** The query parameters of a path, by the names that the service has for them. */
function parametersOf(path: string, { toWireArgument }: CallSite): readonly string[] {
  const variables = [...path.matchAll(/\{[?&]([^{}]*)\}/g)]
    .flatMap(([, list = '']) => list.split(','))
    .map((variable) => variable.replace(/\*$|:\d+$/, ''))
    .map((variable) => toWireArgument(variable.slice(variable.lastIndexOf('.') + 1)));
  const [, query = ''] = path.replaceAll(/\{[?&][^{}]*\}/g, '').split('?', 2);
  return [...variables, ...query.split('&').map((pair) => pair.split('=')[0] ?? '')];
}

function* faultsOfConnection(site: CallSite, { by, param }: Pagination): Generator<Fault> {
  const misshapen = faultOfShape(site);
  // What is no connection lacks nothing else of one.
  if (misshapen !== undefined) return yield misshapen;
  if (!site.args.names.includes('first') || !site.args.names.includes('after'))
    yield ['is a connection without the arguments `first` and `after`', 'Add (first: Int, after: String).'];
  if (by === 'LINK' && param === undefined)
    yield [
      'is a connection by links, but no `param` says where in them the cursor is',
      'A client could ask for any path with a whole link as its cursor. Name the query parameter that changes: param: "page".',
    ];
}

function faultOfShape({ returns, fit }: CallSite): Fault | undefined {
  const type = nameOf(returns);
  const entry = fit.index.types.get(type);
  const names = entry?.kind === 'object' ? [...entry.fields.keys()] : [];
  if (!names.includes('edges') && !names.includes('nodes'))
    return [
      `has pages, but ${type} is neither a list nor a connection`,
      'A connection has `edges { node cursor }` or `nodes`.',
    ];
  const strangers = names.filter((name) => !CONNECTION_FIELDS.includes(name)).map((name) => `${type}.${name}`);
  return strangers.length === 0
    ? undefined
    : [
        `has pages, of which ${strangers.join(', ')} is not known`,
        `A connection has: ${CONNECTION_FIELDS.join(', ')}.`,
      ];
}

function nameOf(type: TypeNode | undefined): string {
  return type === undefined ? '' : namedTypeOf(type).name.value;
}
