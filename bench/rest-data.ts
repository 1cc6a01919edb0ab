import { readBenchData } from './graph-data.ts';

type Post = { readonly id: number; readonly userId: number; readonly title: string; readonly body: string };
type User = { readonly id: number; readonly name: string; readonly username: string; readonly email: string };

export const { posts, users }: { readonly posts: readonly Post[]; readonly users: readonly User[] } = JSON.parse(
  readBenchData('rest-data.json'),
) as { readonly posts: readonly Post[]; readonly users: readonly User[] };

/** What a REST service answers a path: the posts, one user, or the users of a list of ids; undefined for anything else. */
export function answerRest(path: string): unknown {
  const { pathname, searchParams } = new URL(path, 'http://rest');
  if (pathname === '/rest/posts') return posts;
  if (pathname === '/rest/users') return findUsers(searchParams.getAll('id'));
  const id = /^\/rest\/users\/(\d+)$/.exec(pathname)?.[1];
  return id === undefined ? undefined : findUsers([id])[0];
}

export function findUsers(ids: readonly (string | number)[]): readonly User[] {
  const wanted = new Set(ids.map(Number));
  return users.filter(({ id }) => wanted.has(id));
}

/** What a client of a gateway in front of it gets: each post with its user. */
export function answerPosts(): unknown {
  return posts.map(({ id, userId, title, body }) => ({ id: String(id), title, body, user: answerUser(userId) }));
}

/** The same of one user. */
export function answerUser(id: number): unknown {
  const user = users.find((candidate) => candidate.id === id);
  return { id: String(id), name: user?.name, email: user?.email };
}
