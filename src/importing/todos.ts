import type { Draft, DraftField, DraftType, Todo } from './draft.ts';

/** More of a kind drown what is said: the rest is only in the report. */
const MOST_OF_A_KIND = 5;

/** Where a decision is left, by coordinate. */
export type PlacedTodo = { readonly at: string; readonly todo: string };

/** All decisions that a draft leaves to its reader. */
export function listTodos({ types }: Draft): readonly PlacedTodo[] {
  return types.flatMap((type) => [
    ...(type.todos ?? []).map(({ text }) => ({ at: type.name, todo: text })),
    ...fieldsOf(type).flatMap(({ name, todos = [] }) =>
      todos.map(({ text }) => ({ at: `${type.name}.${name}`, todo: text })),
    ),
  ]);
}

/** The draft with the first decisions of each kind; the last of them says that there are more. */
export function limitTodos(draft: Draft): Draft {
  const totals = Map.groupBy(draft.types.flatMap(todosOf), ({ kind }) => kind);
  const seen = new Map<Todo['kind'], number>();
  const keep = (todos: readonly Todo[] | undefined): readonly Todo[] | undefined =>
    todos?.flatMap(({ kind, text }) => {
      const place = (seen.get(kind) ?? 0) + 1;
      seen.set(kind, place);
      if (place > MOST_OF_A_KIND) return [];
      const isLast = place === MOST_OF_A_KIND && (totals.get(kind)?.length ?? 0) > MOST_OF_A_KIND;
      return [{ kind, text: isLast ? `${text} (more like this below)` : text }];
    });
  return {
    ...draft,
    types: draft.types.map((type): DraftType => {
      const todos = keep(type.todos);
      if (type.kind !== 'object') return { ...type, todos };
      return { ...type, todos, fields: type.fields.map((field) => ({ ...field, todos: keep(field.todos) })) };
    }),
  };
}

function todosOf(type: DraftType): readonly Todo[] {
  return [...(type.todos ?? []), ...fieldsOf(type).flatMap(({ todos = [] }) => todos)];
}

function fieldsOf(type: DraftType): readonly DraftField[] {
  return type.kind === 'object' ? type.fields : [];
}
