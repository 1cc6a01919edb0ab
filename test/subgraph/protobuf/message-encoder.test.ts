import { describe, expect, it } from 'vitest';
import { protoType } from './proto-types.ts';

const text = `syntax = "proto3"; package t;
  import "google/protobuf/timestamp.proto"; import "google/protobuf/any.proto"; import "google/protobuf/struct.proto";
  message All {
    int32 whole = 1; uint32 positive = 2; int64 big = 3; uint64 huge = 4; float small = 5; double share = 6; bool flag = 7;
    string text = 8; bytes raw = 9; Grade grade = 10; All inner = 11; repeated string words = 12; map<string, int32> counts = 13;
    oneof pay_by { string card = 14; Cash cash = 15; } google.protobuf.Timestamp at = 16; google.protobuf.Any any = 17;
    int32 in_stock = 18; optional int32 maybe = 19; map<bool, string> flags = 20; google.protobuf.Value value = 21;
    map<int32, Cash> tills = 22;
  }
  message Cash { int32 cents = 1; }
  enum Grade { GRADE_UNSPECIFIED = 0; GRADE_GOOD = 1; }`;
const all = protoType(text, 't.All');

describe('an object', () => {
  it.each([
    ['digits for numbers', { whole: '12', share: '1.5e3' }, { whole: 12, share: 1500 }],
    [
      'numbers of 64 bits as numbers, text and bigint',
      { big: 5, huge: 2n ** 63n },
      { big: '5', huge: '9223372036854775808' },
    ],
    ['numbers for text', { text: 5 }, { text: '5' }],
    ['bytes in either alphabet of base64', { raw: '_-8' }, { raw: '/+8=' }],
    ['values of enums by name, short name and number', { grade: 'GOOD' }, { grade: 'GRADE_GOOD' }],
    ['values of enums by number', { grade: 1 }, { grade: 'GRADE_GOOD' }],
    ['names as the .proto has them', { in_stock: 5 }, { inStock: 5 }],
    ['maps as objects', { counts: { a: 1, b: 2 } }, { counts: { a: 1, b: 2 } }],
    ['maps as lists of entries', { counts: [{ key: 'a', value: 1 }] }, { counts: { a: 1 } }],
    ['maps by flags and numbers', { flags: { true: 'x' }, tills: { 7: { cents: 5 } } }, { flags: { true: 'x' } }],
    ['maps by flags that are none', { flags: { false: 'x' } }, { flags: { false: 'x' } }],
    ['a oneof by the name of its member', { cash: { cents: 5 } }, { cash: { cents: 5 }, card: null }],
    ['a oneof as an object of its member', { payBy: { card: 'x' } }, { card: 'x', cash: null }],
    ['a oneof as an object of its member, others null', { pay_by: { card: 'x', cash: null } }, { card: 'x' }],
    ['null for what is left out', { whole: null, inner: null, words: null }, { whole: 0, inner: null, words: [] }],
    ['null for a value that is null', { value: null }, { value: null }],
    ['zero where there is presence', { maybe: 0 }, { maybe: 0 }],
    ['numbers that JSON has no form for', { share: 'NaN', small: '-Infinity' }, { share: 'NaN', small: '-Infinity' }],
    ['text that is not well-formed as U+FFFD', { text: '\uD800' }, { text: '\uFFFD' }],
  ])('may have %s', (_, given, read) => {
    expect(all.roundTrip(given)).toMatchObject(read);
  });

  it.each([
    [{ whole: 2147483648 }, '"whole" is not between -2147483648 and 2147483647.'],
    [{ whole: 1.5 }, '"whole" is not a whole number.'],
    [{ whole: 'x' }, '"whole" is not a number.'],
    [{ whole: true }, '"whole" is not a number.'],
    [{ positive: -1 }, '"positive" is not between 0 and 4294967295.'],
    [{ big: '9223372036854775808' }, '"big" is not a whole number that fits 64 bits.'],
    [{ big: 2 ** 60 }, '"big" is not a whole number that fits 64 bits.'],
    [{ huge: -1 }, '"huge" is not a whole number that fits 64 bits.'],
    [{ small: 1e300 }, '"small" is beyond what 32 bits hold.'],
    [{ flag: 'true' }, '"flag" is neither true nor false.'],
    [{ text: {} }, '"text" is not text.'],
    [{ raw: '*' }, '"raw" is not base64.'],
    [{ grade: 'BAD' }, '"grade" is none of GRADE_UNSPECIFIED, GRADE_GOOD.'],
    [{ inner: 'x' }, '"inner" is not an object.'],
    [{ inner: { inner: { whole: '' } } }, '"inner.inner.whole" is not a number.'],
    [{ words: 'x' }, '"words" is not a list.'],
    [{ words: ['a', null] }, '"words.1" is not text.'],
    [{ counts: { a: 'x' } }, '"counts.a" is not a number.'],
    [{ counts: [5] }, '"counts.0" is not { key, value }.'],
    [
      {
        counts: [
          { key: 'a', value: 1 },
          { key: 'a', value: 2 },
        ],
      },
      '"counts.a" is given twice.',
    ],
    [{ flags: { yes: 'x' } }, '"flags.yes" is neither true nor false.'],
    [{ stranger: 1 }, '"stranger" is not in the message.'],
    [{ inner: { stranger: 1 } }, '"inner.stranger" is not in the message.'],
    [{ card: 'x', cash: {} }, '"cash" cannot be given beside "card".'],
    [{ inStock: 1, in_stock: 2 }, '"in_stock" cannot be given beside "inStock".'],
    [{ at: 'yesterday' }, '"at" is not a google.protobuf.Timestamp as JSON has it.'],
    [{ any: { '@type': 'x/not.Known' } }, '"any.@type" names no type that is known here.'],
    [[], 'It is not an object.'],
  ])('is refused, with the place: %j', (given, message) => {
    expect(() => all.encode(given)).toThrow(message);
  });

  it('is refused where it is too deep, and where proto2 requires more', () => {
    let deep: object = {};
    for (let level = 0; level < 120; level++) deep = { inner: deep };
    expect(() => all.encode(deep)).toThrow('lies more than 100 messages deep');
    const required = protoType('syntax = "proto2"; message A { required int32 unit_count = 1; }', 'A');
    expect(() => required.encode({})).toThrow('"unitCount" is required.');
  });
});
