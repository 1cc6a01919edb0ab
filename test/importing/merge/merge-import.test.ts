import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeImport } from '../../../src/importing/merge/merge-import.ts';

const base = `extend schema @source(naming: SNAKE_CASE)

type Query {
  "One user"
  user(id: ID!): User @rest(GET: "/users/{id}")
  users(limit: Int): [User!]! @rest(GET: "/users{?limit}")
}

type User @key(fields: "id") @rest(GET: "/users/{id}") {
  id: ID!
  name: String
  joinedOn: String
}

enum Role {
  admin
  guest
}
`;

const merge = (mine: string, next: string) => mergeImport({ base, mine, next }, 'users.graphql');

/** The schema with a piece of it replaced. */
function edit(text: string, ...edits: readonly (readonly [string, string])[]): string {
  return edits.reduce((result, [from, to]) => {
    expect(result).toContain(from);
    return result.replace(from, to);
  }, text);
}

describe('importing again', () => {
  it('changes nothing where the description has not changed', () => {
    const mine = edit(
      base,
      ['  name: String', '  # mine\n  fullName: String @map(from: "name")'],
      ['\n\nenum', '\n\n\nenum'],
    );
    expect(merge(mine, base)).toEqual({ text: mine, conflicts: [], standing: [], added: [], changed: [], removed: [] });
  });

  it('takes what is new, beside what it follows, and keeps a person’s comments and order', () => {
    const mine = edit(
      base,
      ['  users(limit', '  # all of them\n  users(limit'],
      ['type User @key', '# people\ntype User @key'],
    );
    const next = edit(
      base,
      ['  users(', '  me: User @rest(GET: "/me")\n  users('],
      ['  name: String\n', '  name: String\n  mail: String\n'],
      ['  guest\n}', '  guest\n  owner\n}\n\ntype Team {\n  name: String\n}'],
    );
    const { text, added, conflicts } = merge(mine, next);
    expect(text).toBe(
      edit(
        mine,
        ['/users/{id}")\n', '/users/{id}")\n  me: User @rest(GET: "/me")\n'],
        ['  name: String\n', '  name: String\n  mail: String\n'],
        ['  guest\n}', '  guest\n  owner\n}\n\ntype Team {\n  name: String\n}'],
      ),
    );
    expect({ added, conflicts }).toEqual({
      added: ['Query.me', 'User.mail', 'Role.owner', 'Team'],
      conflicts: [],
    });
  });

  it('keeps what a person has taken out', () => {
    const mine = edit(
      base,
      ['  users(limit: Int): [User!]! @rest(GET: "/users{?limit}")\n', ''],
      ['\nenum Role {\n  admin\n  guest\n}\n', ''],
    );
    const next = edit(base, ['limit: Int)', 'limit: Int = 20)'], ['  guest\n', '  guest\n  owner\n']);
    expect(merge(mine, next)).toEqual({ text: mine, conflicts: [], standing: [], added: [], changed: [], removed: [] });
  });

  it('brings back a type that something new refers to', () => {
    const mine = edit(base, ['\nenum Role {\n  admin\n  guest\n}\n', '']);
    const { text } = merge(mine, edit(base, ['  name: String\n', '  name: String\n  role: Role\n']));
    expect(text).toBe(edit(base, ['  name: String\n', '  name: String\n  role: Role\n']));
  });

  it('follows renamed types and fields', () => {
    const mine = base.replaceAll('User', 'Person').replace('  person(', '  user(').replace('  users(', '  people(');
    const next = edit(
      base,
      ['limit: Int)', 'limit: Int, page: Int)'],
      ['{?limit}', '{?limit,page}'],
      ['  joinedOn', '  boss: User\n  joinedOn'],
      ['enum', 'type Team {\n  members: [User!]!\n}\n\nenum'],
    );
    const { text, conflicts } = merge(mine, next);
    expect(conflicts).toEqual([]);
    expect(text).toContain('people(limit: Int, page: Int): [Person!]! @rest(GET: "/users{?limit,page}")');
    expect(text).toContain('boss: Person');
    expect(text).toContain('members: [Person!]!');
    expect(text).not.toContain('User');
  });

  it('follows interfaces, their names too', () => {
    const pets = (name: string, more = '') => `${base}
interface ${name} {
  id: ID!
}

type Cat implements ${name} {
  id: ID!
  lives: Int
}
${more}`;
    const dog = (name: string) => `
type Dog implements ${name} {
  id: ID!
}
`;
    const both = pets('Pet', dog('Pet')).replace('Cat implements Pet', 'Cat implements Pet & Named');
    const next = `${both}
interface Named {
  id: ID!
}
`;
    const { text, conflicts } = mergeImport({ base: pets('Pet'), mine: pets('Animal'), next }, 'pets.graphql');
    expect(conflicts).toEqual([]);
    expect(text).toBe(next.replaceAll('Pet', 'Animal'));
  });

  it('puts both changes of one field together', () => {
    const mine = edit(base, ['  name: String\n', '  "Who it is."\n  name: String @deprecated\n']);
    const { text, changed, conflicts } = merge(mine, edit(base, ['  name: String\n', '  name: String!\n']));
    expect(text).toBe(edit(mine, ['  name: String @', '  name: String! @']));
    expect({ changed, conflicts }).toEqual({ changed: ['User.name'], conflicts: [] });
  });

  it('puts both changes of a type’s directives together', () => {
    const mine = edit(base, ['type User @key(fields: "id")', 'type User @key(fields: "id") @authenticated']);
    const next = edit(base, ['{id}") {', '{id}", select: "data") {']);
    expect(merge(mine, next).text).toBe(
      edit(mine, [
        '@authenticated @rest(GET: "/users/{id}") {',
        '@authenticated @rest(GET: "/users/{id}", select: "data") {',
      ]),
    );
  });

  it('keeps mine where both have changed the same, and says so', () => {
    const mine = edit(base, ['  name: String\n', '  name: String!\n']);
    const { text, conflicts } = merge(mine, edit(base, ['  name: String\n', '  name: [String!]\n']));
    expect(text).toBe(
      edit(mine, ['  name: String!', '  # CONFLICT the description has now: name: [String!]\n  name: String!']),
    );
    expect(conflicts).toEqual([{ coordinate: 'User.name', mine: 'name: String!', next: 'name: [String!]' }]);
  });

  it('takes out what the description has no more, unless a person has changed it', () => {
    const next = edit(base, ['  joinedOn: String\n', ''], ['\nenum Role {\n  admin\n  guest\n}\n', '']);
    expect(merge(base, next)).toMatchObject({ text: next, removed: ['User.joinedOn', 'Role'] });
    const mine = edit(base, ['  joinedOn: String', '  "Since when."\n  joinedOn: String']);
    expect(merge(mine, next)).toMatchObject({
      text: edit(
        mine,
        ['\nenum Role {\n  admin\n  guest\n}\n', ''],
        ['  "Since', '  # CONFLICT the description has now: nothing of it\n  "Since'],
      ),
      conflicts: [{ coordinate: 'User.joinedOn', next: 'nothing' }],
    });
  });

  it('says the other description’s side of a type’s head, and of what it has no more', () => {
    const mine = edit(base, ['{id}") {', '{id}", select: "data") {'], ['  joinedOn: String', '  joinedOn: String!']);
    const next = edit(base, ['/users/{id}") {', '/people/{id}") {'], ['  joinedOn: String\n', '']);
    const { text, conflicts } = merge(mine, next);
    expect(conflicts.map(({ coordinate }) => coordinate)).toEqual(['User', 'User.joinedOn']);
    expect(text).toBe(
      edit(
        mine,
        [
          'type User',
          '# CONFLICT the description has now: type User @key(fields: "id") @rest(GET: "/people/{id}")\ntype User',
        ],
        ['  joinedOn', '  # CONFLICT the description has now: nothing of it\n  joinedOn'],
      ),
    );
  });

  it('tells of conflicts until they are decided, each by what the description has last', () => {
    const mine = edit(base, ['  name: String\n', '  name: String!\n']);
    const second = edit(base, ['  name: String\n', '  name: [String!]\n']);
    const third = edit(base, ['  name: String\n', '  name: Int\n']);
    const once = merge(mine, second);
    expect(once.standing).toEqual([]);
    const again = mergeImport({ base: second, mine: once.text, next: second }, 'users.graphql');
    expect(again).toMatchObject({ text: once.text, conflicts: [], standing: ['User.name'] });
    const other = mergeImport({ base: second, mine: once.text, next: third }, 'users.graphql');
    expect(other.text).toBe(once.text.replace('now: name: [String!]', 'now: name: Int'));
    const taken = edit(other.text, ['  name: String!\n', '  name: Int\n']);
    expect(mergeImport({ base: third, mine: taken, next: third }, 'users.graphql')).toMatchObject({
      text: third,
      standing: [],
    });
  });

  it('brings what is to be decided, and takes it away when its reason is gone', () => {
    const todo = (text: string, ...more: readonly string[]): string =>
      edit(text, ['  users(', `${['pages', ...more].map((line) => `  # TODO: ${line}\n`).join('')}  users(`]);
    const onType = (text: string): string => edit(text, ['type User', '# TODO: an entity?\ntype User']);
    expect(merge(base, onType(todo(base))).text).toBe(onType(todo(base)));
    expect(mergeImport({ base: onType(todo(base)), mine: onType(todo(base)), next: base }, 'a.graphql').text).toBe(
      base,
    );
    const decided = mergeImport({ base: todo(base), mine: base, next: todo(base, 'a name') }, 'a.graphql');
    expect(decided.text).toBe(edit(base, ['  users(', '  # TODO: a name\n  users(']));
    const kept = edit(todo(base), ['  # TODO: pages', '  # mine\n  # TODO: pages']);
    const changed = edit(todo(base), ['users(limit: Int)', 'users(limit: Int = 9)']);
    expect(mergeImport({ base: todo(base), mine: kept, next: changed }, 'a.graphql').text).toBe(
      edit(kept, ['users(limit: Int)', 'users(limit: Int = 9)']),
    );
  });

  it('says where a schema that a person has broken is broken', () => {
    expect(() => merge(`${base}type {`, base)).toThrow(/^users\.graphql:19:6 {2}IMPORT_MERGE_IMPOSSIBLE/);
  });

  it('says what a person and the description leave nothing of', () => {
    const mine = edit(base, ['  admin\n', '']);
    expect(() => merge(mine, edit(base, ['  guest\n', '']))).toThrow('What comes of both is no schema');
  });

  it('gives the new schema where nothing was edited', () => {
    const field = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      type: fc.constantFrom('Int', 'String!', '[ID!]'),
    });
    const schema = fc
      .dictionary(
        fc.constantFrom('A', 'B', 'C', 'D'),
        fc.uniqueArray(field, { minLength: 1, selector: ({ name }) => name }),
      )
      .map((types) =>
        Object.entries({ Query: [{ name: 'q', type: 'Int' }], ...types })
          .map(
            ([type, fields]) =>
              `type ${type} {\n${fields.map(({ name, type: of }) => `  ${name}: ${of}\n`).join('')}}\n`,
          )
          .join('\n'),
      );
    const members = (text: string): readonly string[] => text.split('\n').filter(Boolean).toSorted();
    fc.assert(
      fc.property(schema, schema, (before, after) => {
        const merged = mergeImport({ base: before, mine: before, next: after }, 'a.graphql');
        expect(merged.conflicts).toEqual([]);
        expect(members(merged.text)).toEqual(members(after));
      }),
    );
  });
});
