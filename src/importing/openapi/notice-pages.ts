import { childOf, childrenOf, type Description, type Located, pointerOf } from '../description.ts';
import type { Paging } from '../import-report.ts';
import { quotePath } from '../json-path.ts';
import type { ReadSchema } from '../json-schema/flat-schema.ts';
import { unwrap } from '../unwrap.ts';
import { type Operation, type Parameter, readAnswer } from './operation.ts';

const pageNames = /^(page|page_?(number|no|num|index))$/i;
const offsetNames = /^(offset|skip|start_?index|start)$/i;
const cursorNames = /^(cursor|after|page_?token|next_?(token|cursor)|continuation_?token|starting_?after)$/i;
const sizeNames = /^(limit|per_?page|page_?size|size|count|max_?results|max_?items)$/i;
const nextNames = /^(next|next_?(cursor|token|page|page_?token)|cursor)$/i;

/** The lists that come in pages, each with the `paginate` that would gather them, or make a connection of them. */
export function noticePages(
  operations: readonly Operation[],
  description: Description,
  read: ReadSchema,
): readonly Paging[] {
  return operations.flatMap((operation) => {
    const paging = findPaging(operation, description, read);
    if (paging === undefined) return [];
    return [{ what: `GET ${operation.path}`, at: pointerOf(operation.at), paginate: paging.paginate }];
  });
}

/** The `paginate` of a list in pages, and the query parameters that it would set. */
export function findPaging(
  operation: Operation,
  description: Description,
  read: ReadSchema,
): { readonly paginate: string; readonly parameters: readonly string[] } | undefined {
  const answer = readAnswer(operation, description);
  if (operation.method !== 'GET' || answer.kind !== 'json' || !unwrap(answer.schema, read).isList) return undefined;
  const paginate = readPaging(operation, { answer: answer.schema, description, read });
  const isSet = ({ in: place, name }: Parameter): boolean =>
    place === 'query' && paginate?.includes(JSON.stringify(name)) === true;
  const parameters = operation.parameters.filter(isSet).map(({ name }) => name);
  return paginate === undefined ? undefined : { paginate: `{ ${paginate} }`, parameters };
}

type Context = { readonly answer: Located; readonly description: Description; readonly read: ReadSchema };

function readPaging(operation: Operation, context: Context): string | undefined {
  const find = (names: RegExp): string | undefined =>
    operation.parameters.find((parameter) => parameter.in === 'query' && names.test(parameter.name))?.name;
  const sizeName = find(sizeNames);
  const size = sizeName === undefined ? '' : `, size: ${JSON.stringify(sizeName)}`;
  const next = findNext(context.answer, context.read);
  const nextText = next === undefined ? '' : `, next: ${JSON.stringify(quotePath(next))}`;
  const page = find(pageNames);
  if (page !== undefined) return `by: PAGE, param: ${JSON.stringify(page)}${size}${nextText}`;
  const offset = find(offsetNames);
  if (offset !== undefined) return `by: OFFSET, param: ${JSON.stringify(offset)}${size}`;
  const cursor = find(cursorNames);
  if (cursor !== undefined && next !== undefined)
    return `by: CURSOR, param: ${JSON.stringify(cursor)}${size}${nextText}`;
  return hasLinks(operation, context.description) ? `by: LINK${size}` : undefined;
}

/** The way to what tells the next page: in the answer, or in an object of it. */
function findNext(answer: Located, read: ReadSchema): readonly string[] | undefined {
  const { properties } = read(answer);
  const own = [...properties.keys()].find((name) => nextNames.test(name));
  if (own !== undefined) return [own];
  for (const [name, at] of properties) {
    const inner = [...read(at).properties.keys()].find((key) => nextNames.test(key));
    if (inner !== undefined) return [name, inner];
  }
  return undefined;
}

/** RFC 8288. */
function hasLinks({ at }: Operation, description: Description): boolean {
  return childrenOf(childOf(at, 'responses')).some(([status, response]) => {
    const headers = childrenOf(childOf(description.follow(response) ?? response, 'headers'));
    return status.startsWith('2') && headers.some(([name]) => name.toLowerCase() === 'link');
  });
}
