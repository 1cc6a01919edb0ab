import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { documents, refusal } from './request-fixture.ts';

it('gives an operation with its own fragments only', () => {
  const checked = documents().read(
    `query A { me { ...Name } }
     query B { users { ...Friends } }
     fragment Name on User { name }
     fragment Friends on User { friends { ...Name id } }
     fragment Deeper on User { id }
     query C { me { ...Deeper } }`,
    'B',
  );
  expect(checked.operation.name?.value).toBe('B');
  expect([...checked.fragments.keys()].toSorted()).toEqual(['Friends', 'Name']);
  expect(print(checked.document)).toContain('query B');
  expect(print(checked.document)).not.toMatch(/query A|Deeper/);
});

it('gives the same object for the same operation of the same text', () => {
  const { read } = documents();
  const text = 'query A { me { id } } query B { me { name } }';
  expect(read(text, 'A')).toBe(read(text, 'A'));
  expect(read(text, 'B')).not.toBe(read(text, 'A'));
  expect(read('query A { me { id } }', undefined)).toBe(read('query A { me { id } }', 'A'));
});

it('says where a document does not parse', () => {
  expect(refusal(() => documents().read('{ me {', undefined))).toEqual([
    'GRAPHQL_PARSE_FAILED | Syntax Error: Expected Name, found <EOF>. | 1:7',
  ]);
  expect(refusal(() => documents().read('', undefined))).toEqual([
    'GRAPHQL_PARSE_FAILED | Syntax Error: Unexpected <EOF>. | 1:1',
  ]);
});

it('reports everything that does not fit the schema, without telling its names', () => {
  expect(refusal(() => documents().read('query ($x: Int) {\n  me { nam }\n  user\n}', undefined))).toEqual([
    'GRAPHQL_VALIDATION_FAILED | Variable "$x" is never used. | 1:8',
    'GRAPHQL_VALIDATION_FAILED | Cannot query field "nam" on type "User". | 2:8',
    'GRAPHQL_VALIDATION_FAILED | Cannot query field "user" on type "Query". | 3:3',
  ]);
});

it('suggests names where that is switched on', () => {
  expect(refusal(() => documents({ suggestions: true }).read('{ me { nam } }', undefined))).toEqual([
    'GRAPHQL_VALIDATION_FAILED | Cannot query field "nam" on type "User". Did you mean "name"? | 1:8',
  ]);
});

it('refuses @defer and @stream as unknown', () => {
  expect(refusal(() => documents().read('{ me { ... @defer { name } friends @stream { id } } }', undefined))).toEqual([
    'GRAPHQL_VALIDATION_FAILED | Unknown directive "@defer". | 1:12',
    'GRAPHQL_VALIDATION_FAILED | Unknown directive "@stream". | 1:36',
  ]);
});

it('refuses empty selections, which services do not parse', () => {
  expect(refusal(() => documents().read('{ me { ... on User { } } }', undefined))).toEqual([
    'GRAPHQL_VALIDATION_FAILED | Expected at least one field between the braces. | 1:20',
  ]);
  expect(refusal(() => documents().read('{ }', undefined))).toHaveLength(1);
});

it('refuses definitions that are not executable', () => {
  expect(refusal(() => documents().read('{ me { id } } type Query { x: Int }', undefined))).toEqual([
    'GRAPHQL_VALIDATION_FAILED | The "Query" definition is not executable. | 1:15',
  ]);
});

describe('choosing the operation', () => {
  const read = (text: string, name?: string) => () => documents().read(text, name);
  const two = 'query A { me { id } } query B { me { id } }';

  it('needs a name among several', () => {
    expect(refusal(read(two))).toEqual([
      'OPERATION_NOT_FOUND | The document has 2 operations: say with operationName which one to run.',
    ]);
  });

  it('refuses a name that is not there, also when there is only one operation', () => {
    expect(refusal(read(two, 'C'))).toEqual(['OPERATION_NOT_FOUND | The document has no operation named "C".']);
    expect(refusal(read('{ me { id } }', 'C'))).toEqual([
      'OPERATION_NOT_FOUND | The document has no operation named "C".',
    ]);
    expect(refusal(read(two, '__proto__'))).toEqual([
      'OPERATION_NOT_FOUND | The document has no operation named "__proto__".',
    ]);
  });

  it('refuses a document of fragments', () => {
    expect(refusal(read('fragment F on User { id }'))).toEqual([
      'GRAPHQL_VALIDATION_FAILED | Fragment "F" is never used. | 1:1',
    ]);
  });
});

describe('introspection that is off', () => {
  const read = (text: string, name?: string) => () => documents({ introspection: false }).read(text, name);

  it('refuses __schema and __type, behind fragments too', () => {
    expect(refusal(read('{ me { id }\n  __schema { types { name } } }'))).toEqual([
      'INTROSPECTION_DISABLED | Introspection is off: "__schema" cannot be asked here. | 2:3',
    ]);
    expect(refusal(read('{ ...F } fragment F on Query { ... { t: __type(name: "User") { name } } }'))).toEqual([
      'INTROSPECTION_DISABLED | Introspection is off: "__type" cannot be asked here. | 1:38',
    ]);
  });

  it('answers __typename, and operations beside one that is refused', () => {
    expect(refusal(read('{ __typename me { __typename } }'))).toEqual([]);
    expect(refusal(read('query A { me { id } } query B { __schema { types { name } } }', 'A'))).toEqual([]);
  });
});

describe('the cache', () => {
  it('forgets the document that was not read for longest', () => {
    const { read } = documents({ cacheSize: 2 });
    const first = read('{ me { id } }', undefined);
    const second = read('{ me { name } }', undefined);
    expect(read('{ me { id } }', undefined)).toBe(first);
    read('{ me { id name } }', undefined);
    expect(read('{ me { id } }', undefined)).toBe(first);
    expect(read('{ me { name } }', undefined)).not.toBe(second);
  });

  it('keeps good documents whatever number of bad ones comes', () => {
    const { read } = documents({ cacheSize: 2 });
    const good = read('{ me { id } }', undefined);
    for (let index = 0; index < 300; index++) refusal(() => read(`{ x${index} }`, undefined));
    expect(read('{ me { id } }', undefined)).toBe(good);
  });

  it('remembers a refused document', () => {
    const { read } = documents();
    const thrown = (): unknown => {
      try {
        return read('{ nope }', undefined);
      } catch (error) {
        return error;
      }
    };
    expect(thrown()).toBe(thrown());
  });
});
