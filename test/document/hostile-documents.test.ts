import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { expect, it } from 'vitest';
import { createDocuments } from '../../src/document/documents.ts';
import { readVariables } from '../../src/document/read-variables.ts';
import { CODES } from '../../src/errors/codes.ts';
import { anyDocument, anyDocumentSdl } from './any-document.ts';
import { apiSchema, documents, refusal } from './request-fixture.ts';

const words =
  '{ } ( ) [ ] ... : = ! @ | & $x $__proto__ on me users id name User F fragment query mutation Int 1 -1.5e3 "a" """b""" # , \n true null @skip @include(if:true) __proto__ constructor \u{feff} \u0000 😀'.split(
    ' ',
  );

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((list) => list.join(' ')),
  // A document that parses, with a piece cut out, doubled or replaced.
  fc.tuple(anyDocument, fc.nat(), fc.nat(40), fc.constantFrom('', 'twice', ...words)).map(([text, at, length, put]) => {
    const from = at % text.length;
    const piece = text.slice(from, from + length);
    return text.slice(0, from) + (put === 'twice' ? piece + piece : put) + text.slice(from + length);
  }),
);

const codes: readonly string[] = Object.keys(CODES).filter((code) => CODES[code as keyof typeof CODES].status === 400);

it('reads or refuses any text, and never throws otherwise', () => {
  const { read } = createDocuments({ apiSchema: buildSchema(anyDocumentSdl), introspection: false, suggestions: true });
  fc.assert(
    fc.property(anyText, (text) => {
      const refused = refusal(() => read(text, undefined)).map((line) => line.split(' | ')[0]);
      expect(codes).toEqual(expect.arrayContaining(refused));
    }),
    { numRuns: 1000 },
  );
});

it('reads a document that is valid again as it was read', () => {
  fc.assert(
    fc.property(anyDocument, (text) => {
      const reader = () =>
        createDocuments({ apiSchema: buildSchema(anyDocumentSdl), introspection: true, suggestions: false });
      const { read } = reader();
      expect(refusal(() => read(text, undefined))).toEqual(refusal(() => reader().read(text, undefined)));
      expect(refusal(() => read(text, undefined))).toEqual(refusal(() => read(text, undefined)));
    }),
    { numRuns: 100 },
  );
});

it('keeps names of prototypes apart from what they name, wherever they stand', () => {
  const { read } = documents();
  const text = `query constructor($__proto__: Int, $toString: Int) {
    __proto__: me { ...hasOwnProperty valueOf: id }
    constructor: users(first: $__proto__) { __proto__: id }
    users(first: $toString) { id }
  } fragment hasOwnProperty on User { toString: name }`;
  const operation = read(text, 'constructor');
  expect([...operation.fragments.keys()]).toEqual(['hasOwnProperty']);
  expect(refusal(() => read(text, '__proto__'))).toHaveLength(1);
  expect(refusal(() => read('{ me { ...__proto__ } }', undefined))).toEqual([
    'GRAPHQL_VALIDATION_FAILED | Unknown fragment "__proto__". | 1:11',
  ]);
  expect(refusal(() => read('{ me { constructor } }', undefined))[0]).toContain('Cannot query field "constructor"');
  expect(refusal(() => read('{ users(__proto__: 1) { id } }', undefined))[0]).toContain('Unknown argument "__proto__"');
  expect(refusal(() => read('{ me { ... on constructor { id } } }', undefined))[0]).toContain(
    'Unknown type "constructor"',
  );
});

it('has no positions for errors in a document of very many lines: to find them costs more than to read it', () => {
  const lines = '\n'.repeat(20_001);
  expect(refusal(() => documents().read(`${lines}{ nope }`, undefined))).toEqual([
    'GRAPHQL_VALIDATION_FAILED | Cannot query field "nope" on type "Query".',
  ]);
});

it('reports a bounded number of errors', () => {
  const fields = Array.from({ length: 1000 }, (_, index) => `x${index}`).join(' ');
  expect(refusal(() => documents().read(`{ me { ${fields} } }`, undefined))).toHaveLength(21);
});

it('reads or refuses any variables', () => {
  const operation = documents().read(
    'query ($filter: Filter, $ids: [ID!], $at: DateTime, $first: Int) { users(filter: $filter, ids: $ids, at: $at, first: $first) { id } }',
    undefined,
  );
  const names = fc.constantFrom('filter', 'ids', 'at', 'first', 'and', 'name', '__proto__', 'constructor');
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), fc.array(tie('value')), fc.dictionary(names, tie('value'))),
  }));
  fc.assert(
    fc.property(fc.dictionary(names, value), (variables) => {
      const refused = refusal(() => readVariables(operation, apiSchema, variables));
      expect(refused.every((line) => line.startsWith('BAD_USER_INPUT | '))).toBe(true);
    }),
  );
  expect(({} as Record<string, unknown>)['name']).toBeUndefined();
});
