import { describe, expect, it } from 'vitest';
import { read } from './reading.ts';

const types = `
  type P @key(fields: "id") @rest(GET: "/p/{id}") { id: ID! name: String kind: Kind stock: Int @rest(GET: "/s{?id}", batch: { match: "id" }) }
  type Kind { code: String! label: String }
  scalar JSON
`;
const selecting = (type: string, select: string, more = '') =>
  read(`type Query { a: ${type} @rest(GET: "/a", select: "${select}"${more}) } ${types}`).problems;
const mapping = (type: string, from: string) =>
  read(`type Query { a: A @rest(GET: "/a") } type A { b: ${type} @map(from: "${from}") } ${types}`).problems;

describe('what `select` gives', () => {
  it.each([
    ['[P]', 'data.items'],
    ['[P!]!', 'items[*].product'],
    ['P', 'items[*] | [0]'],
    ['P', '{ id: code }'],
    ['Kind', '{ code: code }'],
    ['Int', 'length(items)'],
    ['String', 'length(items)'],
    ['JSON', 'items[*]'],
    ['[[Int]]', 'rows[*].cells'],
    ['P', 'a || b'],
  ])('may be %s for "%s"', (type, select) => {
    expect(selecting(type, select)).toEqual([]);
  });

  it.each([
    ['P', 'items[*]', 'the value is single, but the answer has a list', 'Select one item, or make the type a list.'],
    ['[P]', '{ id: code }', 'the value is a list, but the answer has a single value', 'Select the list'],
    ['[P]', 'length(items)', 'the value is a list', 'Select the list'],
    ['P', 'length(items)', 'an object of type P, but the answer has a single value', 'Map its fields'],
    ['Int', "join(',', items)", 'the value is Int, but the answer has a string', 'Change the type'],
    ['Boolean', '`1`', 'the value is Boolean, but the answer has a number', 'Change the type'],
    ['P', '{ code: code }', 'P.id is read as "id", which { … } does not have', 'has: code.'],
    ['Kind', '{ label: code }', 'Kind.code is read as "code", which { … } does not have', 'has: label.'],
  ])('cannot be %s for "%s"', (type, select, message, remedy) => {
    const [problem, ...others] = selecting(type, select);
    expect(problem).toMatch(
      /^shop\.graphql:1:\d+ {2}ANSWER_MISMATCH {2}Query\.a cannot be read from what it selects: /,
    );
    expect(problem).toContain(message);
    expect(problem).toContain(remedy);
    expect(others).toEqual([]);
  });

  it('is a list where pages are gathered', () => {
    const pages = ', paginate: { by: PAGE }';
    expect(selecting('[P]', 'items', pages)).toEqual([]);
    expect(selecting('[P]', '{ id: id }', pages)).toEqual([expect.stringContaining('has pages, but selects no list')]);
  });

  it('is checked of an entity’s batch, and of a field’s', () => {
    const sdl = (entity: string, field: string) =>
      `type Query { a: P @rest(GET: "/a") }
      type P @key(fields: "id") @function(name: "p", batch: { match: "id" }, select: "${entity}") {
        id: ID!  name: String!  stock: Int @function(name: "s", batch: { match: "id" }, select: "${field}")
      }`;
    expect(read(sdl('[].{ id: id, name: n }', '[].{ id: p, stock: n }')).problems).toEqual([]);
    expect(read(sdl('{ id: id }', 'items')).problems).toEqual([
      expect.stringContaining('P is batched, but the answer is no list'),
    ]);
    expect(read(sdl('[].{ id: id }', 'items')).problems).toEqual([expect.stringContaining('P.name is read as "name"')]);
    expect(read(sdl('items', '[].{ p: id, stock: n }')).problems).toEqual([
      expect.stringContaining(
        'P.stock is batched, but no item that it selects has "id" to be matched by.\n    Select it too: "id: …".',
      ),
    ]);
  });
});

describe('what @map makes', () => {
  it.each([
    ['P', '{ id: p_id }'],
    ['Kind', '{ code: kind_code }'],
    ['[String!]', 'tags[*].name'],
    ['String', 'a.b'],
    ['JSON', '{ a: b }'],
    ['Boolean', 'contains(tags, `1`)'],
    ['Boolean', 'a == b'],
  ])('may be %s for "%s"', (type, from) => {
    expect(mapping(type, from)).toEqual([]);
  });

  it.each([
    ['P', '{ idd: p_id }', 'P.id is read as "id", which { … } does not have'],
    ['String', 'tags[*].name', 'the value is single, but the answer has a list'],
    ['String', '{ a: b }', 'the value is String, but the answer has { … }'],
    ['[String]', 'length(tags)', 'the value is a list, but the answer has a single value'],
    ['Int', 'a == b', 'the value is Int, but the answer has a boolean'],
  ])('cannot be %s for "%s"', (type, from, message) => {
    expect(mapping(type, from)).toEqual([
      expect.stringMatching(/^shop\.graphql:1:\d+ {2}ANSWER_MISMATCH {2}A\.b cannot be what its @map makes: /),
    ]);
    expect(mapping(type, from)[0]).toContain(message);
  });
});
