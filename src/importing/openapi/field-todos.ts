import { childOf, childrenOf, type Description, fieldsOf, textOf } from '../description.ts';
import type { Todo } from '../draft.ts';
import type { Writing } from '../json-schema/writing.ts';
import { unwrap } from '../unwrap.ts';
import { fieldNames } from './field-names.ts';
import { findPaging } from './notice-pages.ts';
import { type Operation, readAnswer } from './operation.ts';

type Context = { readonly description: Description; readonly writing: Writing };

/** Names for an operation's field: what `x-selvedge-name` says, or the best first. */
export function namesOf(operation: Operation, { description, writing }: Context): readonly string[] {
  const given = fieldsOf(operation.at)['x-selvedge-name'];
  if (typeof given === 'string') return [given];
  const answer = readAnswer(operation, description);
  return fieldNames(operation, answer.kind === 'json' && unwrap(answer.schema, writing.read).isList);
}

/** A name that had to be made up: told of each that needed a number, and once of those without an `operationId`. */
export function nameTodos(
  operation: Operation,
  { name, isFirst }: { readonly name: string; readonly isFirst: boolean },
  context: Context,
): readonly Todo[] {
  const isOwn = namesOf(operation, context).includes(name);
  return [
    ...(isOwn ? [] : [todo('name', 'numbered, for another operation has this name too. Give it a better one')]),
    ...(isFirst ? [todo('name', 'named by its path, as all that have no operationId. Rename what reads badly')] : []),
  ];
}

/** An operation, or its path, may be at another server than the rest. */
export function serverTodos({ server }: Operation, { description }: Context): readonly Todo[] {
  if (server === undefined) return [];
  const servers = childrenOf(childOf(description.root, 'servers')).map(([, at]) => textOf(at, 'url'));
  if (servers.includes(server)) return [];
  const text = `at a server of its own, ${server}: name it by @source(name:), and say source: in this @rest`;
  return [todo('server', text)];
}

/** What would gather a list's pages. */
export function pageTodos(operation: Operation, { description, writing }: Context): readonly Todo[] {
  const paging = findPaging(operation, description, writing.read);
  if (paging === undefined) return [];
  const args = paging.parameters.map((parameter) => writing.naming.toField(parameter).name).join(' and ');
  const instead = args === '' ? '' : `, instead of ${args},`;
  return [todo('pages', `comes in pages. To gather them${instead} add to @rest: paginate: ${paging.paginate}`)];
}

function todo(kind: Todo['kind'], text: string): Todo {
  return { kind, text };
}
