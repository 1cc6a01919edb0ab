import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, type DocumentLimits } from '../../src/config/limits.ts';
import { documents, refusal } from './request-fixture.ts';

/** A reader of documents under these limits and the defaults of all others: it gives what the client is told. */
function under(limits: Partial<DocumentLimits>) {
  const { read } = documents({ limits: { ...DEFAULT_LIMITS, ...limits } });
  return (text: string): string[] => refusal(() => read(text, undefined));
}

const repeat = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join(' ');

describe('tokens', () => {
  const read = under({ tokens: 10 });

  it('fit up to the limit, and one more does not', () => {
    expect(read('{ me { id } a: me { id')).toEqual([
      'GRAPHQL_PARSE_FAILED | Syntax Error: Expected Name, found <EOF>. | 1:23',
    ]);
    expect(read('{ me { id name ...F } }')).toEqual(['GRAPHQL_VALIDATION_FAILED | Unknown fragment "F". | 1:19']);
    expect(read('{ me { id name id name } }')).toEqual([]);
    expect(read('{ me { id name id name id id } }')).toEqual([
      "TOO_MANY_TOKENS | Expected at most 10 tokens, but found more. Send a shorter document, large values as variables. The limit is the gateway's setting limits.tokens.",
    ]);
  });

  it('bound the length of the text, of whatever it is made', () => {
    expect(read(`{ me { id } } #${'x'.repeat(985)}`)).toEqual([]);
    expect(read(`{ me { id } } #${'x'.repeat(986)}`)).toEqual([
      "TOO_MANY_TOKENS | Expected at most 1000 characters (100 for each token allowed), but found 1001. Send a shorter document, large values as variables. The limit is the gateway's setting limits.tokens.",
    ]);
  });

  it('bound the comments', () => {
    expect(read(`${'#\n'.repeat(10)}{ me { id } }`)).toEqual([]);
    expect(read(`${'#\n'.repeat(11)}{ me { id } }`)[0]).toMatch(/^GRAPHQL_PARSE_FAILED .*more than 10 comments/);
  });

  it('are 5000 by default', () => {
    const text = `{ me { ${'id '.repeat(4995)} } }`;
    expect(under({})(text)).toEqual([]);
    expect(under({})(`${text} `.replace('id', 'id id'))).toEqual([
      expect.stringMatching(/^TOO_MANY_TOKENS .* 5000 tokens/),
    ]);
  });
});

describe('depth', () => {
  const nested = (levels: number): string =>
    `{ me ${'{ friends '.repeat(levels - 2)}{ id }${' }'.repeat(levels - 2)} }`;

  it('counts fields, leaves included, up to the limit', () => {
    expect(under({})(nested(15))).toEqual([]);
    expect(under({})(nested(16))).toEqual([
      "OPERATION_TOO_DEEP | Expected at most 15 levels of fields, but found 16. Ask for the deeper levels by themselves. The limit is the gateway's setting limits.depth. | 1:1",
    ]);
    expect(under({ depth: 1 })('{ __typename }')).toEqual([]);
    expect(under({ depth: 1 })('{ me { id } }')).toEqual([
      expect.stringContaining('Expected at most 1 level of fields, but found 2.'),
    ]);
  });

  it('does not count fragments, but the fields in them', () => {
    const read = under({ depth: 3 });
    const fragments = 'fragment F on User { ... on User { ... { id } } } fragment G on User { friends { ...F } }';
    expect(read(`{ me { ...G } } ${fragments}`)).toEqual([]);
    expect(read(`{ me { friends { ...G } } } ${fragments}`)[0]).toMatch(/^OPERATION_TOO_DEEP .* found 4\./);
  });

  it('counts introspection by itself', () => {
    const query = getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, oneOf: true });
    expect(under({ depth: 1 })(query)).toEqual([]);
    const types = (levels: number) =>
      `{ __schema { types ${'{ ofType '.repeat(levels - 3)}{ name }${' }'.repeat(levels - 3)} } }`;
    expect(under({})(types(20))).toEqual([]);
    expect(under({})(types(21))).toEqual([
      'OPERATION_TOO_DEEP | Expected at most 20 levels of introspection, but found 21. Ask for the deeper levels by themselves. | 1:1',
    ]);
  });

  it('bounds the lists of introspection, fragments counted where they are spread, and no other fields of their names', () => {
    const lists = (count: number) =>
      `{ __schema { types { ${Array.from({ length: count - 1 }, () => '...F').join(' ')} } } } fragment F on __Type { fields { name } }`;
    expect(under({})(lists(10))).toEqual([]);
    expect(under({})(lists(11))).toEqual([
      'OPERATION_TOO_COSTLY | Expected at most 10 of types, fields, inputFields, interfaces, possibleTypes in introspection, but found 11. Ask for fewer items, or for less of each. | 1:1',
    ]);
    const often = Array.from({ length: 11 }, (_, index) => `a${index}: __type(name: "User") { fields { name } }`);
    expect(under({})(`{ ${often.join(' ')} }`)[0]).toMatch(/^OPERATION_TOO_COSTLY/);
    const fields = Array.from({ length: 20 }, () => 'types { fields { interfaces } }').join(' ');
    expect(under({})(`{ me { ${fields} } }`)[0]).toMatch(/^GRAPHQL_VALIDATION_FAILED/);
  });

  it('is bounded for brackets of every kind, before they are parsed', () => {
    const list = (levels: number) => `{ users(at: ${'['.repeat(levels)}${']'.repeat(levels)}) { id } }`;
    expect(under({})(list(43))).toEqual([]);
    expect(under({})(list(44))).toEqual([
      'OPERATION_TOO_DEEP | Expected at most 45 brackets in each other, but found more. Ask for the deeper levels by themselves.',
    ]);
    expect(under({})('{ a '.repeat(2000))[0]).toMatch(/^OPERATION_TOO_DEEP/);
    expect(under({})(`query ($x: ${'['.repeat(2000)}`)[0]).toMatch(/^OPERATION_TOO_DEEP/);
    expect(under({})(`{ a(x: ${'{ a: '.repeat(1000)}`)[0]).toMatch(/^OPERATION_TOO_DEEP/);
  });

  it('is bounded for fragments in fragments', () => {
    const chain = (length: number) =>
      `{ me { ...F0 } } ${repeat(length, (index) => `fragment F${index} on User { ...F${index + 1} }`)} fragment F${length} on User { id }`;
    expect(under({})(chain(42))).toEqual([]);
    expect(under({})(chain(43))).toEqual([
      'OPERATION_TOO_DEEP | Expected at most 45 selections in each other, fragments among them, but found more. Ask for the deeper levels by themselves.',
    ]);
    const backwards = chain(300).replace(/^\{ me \{ \.\.\.F0 \} \} /, '{ me { ...F299 } } ');
    expect(under({})(backwards)[0]).toMatch(/^OPERATION_TOO_DEEP/);
  });
});

describe('aliases', () => {
  const read = under({});

  it('are counted in an operation and once in each of its fragments', () => {
    expect(read(`{ me { ${repeat(30, (index) => `a${index}: id`)} } }`)).toEqual([]);
    expect(read(`{ me { ${repeat(31, (index) => `a${index}: id`)} } }`)).toEqual([
      "TOO_MANY_ALIASES | Expected at most 30 aliases, but found 31. Ask for lists, or in several operations. The limit is the gateway's setting limits.aliases. | 1:1",
    ]);
    const fragment = (count: number) => `fragment F on User { ${repeat(count, (index) => `b${index}: id`)} }`;
    expect(read(`{ a: me { ...F friends { ...F } } } ${fragment(29)}`)).toEqual([]);
    expect(read(`{ a: me { ...F friends { ...F } } } ${fragment(30)}`)).toHaveLength(1);
  });

  it('of another operation do not count', () => {
    const many = repeat(20, (index) => `a${index}: id`);
    const { read: readOnce } = documents();
    expect(refusal(() => readOnce(`query A { me { ${many} } } query B { me { ${many} } }`, 'A'))).toEqual([]);
  });
});

describe('root fields', () => {
  it('are counted through fragments', () => {
    const read = under({ rootFields: 3 });
    expect(read('{ __typename ... { a: __typename } ...F } fragment F on Query { me { id name } }')).toEqual([]);
    expect(read('{ __typename ... { a: __typename } ...F ...F } fragment F on Query { me { id name } }')).toEqual([
      "TOO_MANY_ROOT_FIELDS | Expected at most 3 root fields, but found 4. Ask in several operations. The limit is the gateway's setting limits.rootFields. | 1:1",
    ]);
  });

  it('are 20 by default', () => {
    expect(under({})(`{ ${repeat(20, (index) => `a${index}: __typename`)} }`)).toEqual([]);
    expect(under({})(`{ ${repeat(21, (index) => `a${index}: __typename`)} }`)[0]).toMatch(/^TOO_MANY_ROOT_FIELDS/);
  });
});

describe('directives', () => {
  it('are counted wherever they stand', () => {
    const text = `query ($x: Boolean! @a) @b { me @skip(if: $x) { ... @include(if: $x) { id } ...F @skip(if: $x) } }
      fragment F on User @c { name @skip(if: $x) }`;
    expect(under({ directives: 7 })(text)[0]).toMatch(/^GRAPHQL_VALIDATION_FAILED \| Unknown directive "@a"/);
    expect(under({ directives: 6 })(text)).toEqual([
      "TOO_MANY_DIRECTIVES | Expected at most 6 directives, but found 7. Put one on a fragment of many fields. The limit is the gateway's setting limits.directives. | 1:1",
    ]);
  });

  it('are 50 by default', () => {
    const fields = (count: number) => `{ me { ${repeat(count, () => 'id @skip(if: false)')} } }`;
    expect(under({})(fields(50))).toEqual([]);
    expect(under({})(fields(51))[0]).toMatch(/^TOO_MANY_DIRECTIVES/);
  });
});

describe('selections', () => {
  // `me` and `...A`; four in A; two in each B.
  const text = '{ me { ...A } } fragment A on User { ...B id ...B id } fragment B on User { id name }';

  it('are counted where fragments are spread', () => {
    expect(under({ selections: 10 })(text)).toEqual([]);
    expect(under({ selections: 9 })(text)).toEqual([
      "TOO_MANY_SELECTIONS | Expected at most 9 selections, fragments counted where they are spread, but found 10. Select less, or in several operations. The limit is the gateway's setting limits.selections. | 1:1",
    ]);
  });

  it('of fragments that multiply are counted, not walked', () => {
    const doubling = repeat(40, (index) => `fragment F${index} on User { ...F${index + 1} ...F${index + 1} }`);
    expect(under({})(`{ me { ...F0 } } ${doubling} fragment F40 on User { id }`)).toEqual([
      expect.stringMatching(/^TOO_MANY_SELECTIONS .* found [\d.e+]+\. /),
    ]);
  });

  it('of all operations of a document are counted together', () => {
    const { read } = documents({ limits: { ...DEFAULT_LIMITS, selections: 5 } });
    expect(refusal(() => read('query A { me { id } } query B { me { id name } }', 'A'))).toEqual([]);
    expect(refusal(() => read('query A { me { id } } query B { me { id name name } }', 'A'))).toHaveLength(1);
  });
});

it('leaves fragments that contain themselves to validation', () => {
  expect(under({})('{ me { ...F } } fragment F on User { friends { ...G } } fragment G on User { ...F }')).toEqual([
    'GRAPHQL_VALIDATION_FAILED | Cannot spread fragment "F" within itself via "G". | 1:48',
  ]);
});
