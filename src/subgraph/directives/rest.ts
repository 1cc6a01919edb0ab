import type { BodyFormat, HeaderTemplate, RestBinding } from '../../model/binding.ts';
import { type BatchArgument, type CallSite, type HeaderArgument, readCall, readHeaders } from '../call-site.ts';
import { checkSelect, checkSelectOfPages } from '../check-answer.ts';
import type { DirectiveDeclaration } from './declaration.ts';
import { type PaginateArgument, readPaginate } from './rest-paginate.ts';

export const restDirective: DirectiveDeclaration = {
  name: 'rest',
  sdl: /* GraphQL */ `
    """
    An HTTP call that gives the field, or on an entity type the entity by its key. Exactly one of GET, POST, PUT, PATCH and
    DELETE holds the path, a URI template (RFC 6570): \`/products/{sku}{?limit}\`. A bare name is an argument, else a field of
    the parent or key; \`claims.x\` and \`headers.x\` are the caller's. Every value is percent-encoded.
    """
    directive @rest(
      GET: String
      POST: String
      PUT: String
      PATCH: String
      DELETE: String
      """
      JMESPath over { args, this, claims, headers }, and keys with \`batch\`: the request's body. Without it, the \`input\` argument, or the one argument that is not in the path.
      """
      body: String
      """
      How the body is written; with NONE there is none.
      """
      bodyFormat: selvedge__BodyFormat! = JSON
      """
      Headers of the call, before those of @source.
      """
      headers: [selvedge__Header!]
      """
      JMESPath over the answer: what of it is the value.
      """
      select: String
      """
      One call for many keys; key variables hold lists.
      """
      batch: selvedge__Batch
      """
      The answer comes in pages: the field is a Relay connection (\`first\`, \`after\`), or the list of all items.
      """
      paginate: selvedge__Paginate
      """
      A further service of the subgraph, named by @source.
      """
      source: String
    ) on FIELD_DEFINITION | OBJECT
  `,
};

export type RestArguments = {
  readonly GET?: string;
  readonly POST?: string;
  readonly PUT?: string;
  readonly PATCH?: string;
  readonly DELETE?: string;
  readonly body?: string;
  readonly bodyFormat: BodyFormat;
  readonly headers?: readonly HeaderArgument[];
  readonly select?: string;
  readonly batch?: BatchArgument;
  readonly paginate?: PaginateArgument;
  readonly source?: string;
};

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Undefined, and reported, where the call cannot be made of it. */
export function readRest(site: CallSite, args: RestArguments): RestBinding | undefined {
  const call = readCall(site, args);
  const { method, path: text } = readMethod(site, args);
  const path = text === undefined ? undefined : site.uriTemplate(text);
  const body = args.body === undefined ? undefined : site.requestExpression('body', args.body);
  const headers = readHeaders(site, args.headers, args.source);
  if (method === undefined || path === undefined) return undefined;
  checkBody(site, args);
  checkContentType(site, headers, args);
  (args.paginate === undefined ? checkSelect : checkSelectOfPages)(site, args);
  const paginate =
    args.paginate === undefined ? undefined : readPaginate(site, args.paginate, { method, path, batch: args.batch });
  return {
    ...call,
    kind: 'rest',
    method,
    path,
    body: body?.expression,
    bodyFormat: args.bodyFormat,
    headers,
    paginate,
  };
}

function checkBody(site: CallSite, { GET, DELETE, body, bodyFormat }: RestArguments): void {
  if (GET !== undefined && body !== undefined)
    site.fault('INVALID_DIRECTIVE_ARGUMENT', 'gives a GET call a body', 'Use POST, or put the values into the path.');
  if (bodyFormat === 'NONE' && body !== undefined)
    site.fault('INVALID_DIRECTIVE_ARGUMENT', 'has a body and the bodyFormat NONE', 'Take one of them off.');
  if (bodyFormat !== 'JSON' && body === undefined && (GET ?? DELETE) !== undefined)
    site.fault('INVALID_DIRECTIVE_ARGUMENT', `has the bodyFormat ${bodyFormat}, but no body`, 'Take it off.');
}

/** What a body is, `bodyFormat` says; JSON has types of its own for some of it. */
function checkContentType(
  site: CallSite,
  headers: readonly HeaderTemplate[],
  { bodyFormat, body, GET, DELETE }: RestArguments,
): void {
  const type = headers.find(({ name }) => name === 'content-type')?.value;
  if (type === undefined) return;
  const hasBody = body !== undefined || (GET ?? DELETE) === undefined;
  if (hasBody && bodyFormat === 'JSON' && /^application\/([\w.-]+\+)?json(\s*;|$)/i.test(type.text)) return;
  site.fault(
    'INVALID_DIRECTIVE_ARGUMENT',
    `sets the header "content-type" to "${type.text}", which its body is not`,
    'Take it off: `bodyFormat` says what the body is. A JSON body may be another type of JSON: "application/merge-patch+json".',
  );
}

function readMethod(site: CallSite, args: RestArguments): { method?: RestBinding['method']; path?: string } {
  const given = methods.filter((name) => args[name] !== undefined);
  const [method] = given;
  if (method === undefined || given.length > 1) {
    const found = given.length === 0 ? 'names no method' : `names ${given.join(' and ')}`;
    site.fault(
      'INVALID_DIRECTIVE_ARGUMENT',
      `${found}: @rest takes exactly one`,
      `Write one of ${methods.join(', ')} with the call’s path.`,
    );
    return {};
  }
  return { method, path: args[method] ?? '' };
}
