import fc from 'fast-check';
import protobuf from 'protobufjs';
import { toJson } from 'protobufjs/ext/protojson.js';
import { describe, expect, it } from 'vitest';
import { bytes, protoType } from './proto-types.ts';

const everything = `syntax = "proto3"; package t;
  message All {
    double d = 1; float f = 2; int32 i32 = 3; uint32 u32 = 4; sint32 s32 = 5; fixed32 f32 = 6; sfixed32 sf32 = 7;
    int64 i64 = 8; uint64 u64 = 9; sint64 s64 = 10; fixed64 f64 = 11; sfixed64 sf64 = 12;
    bool b = 13; string text = 14; bytes raw = 15; Kind kind = 16; All inner = 17;
    repeated int32 numbers = 18; repeated string words = 19; repeated All inners = 20; repeated Kind kinds = 21;
    map<string, int64> counts = 22; map<int32, All> by_number = 23; map<bool, Kind> by_flag = 24;
    optional int32 maybe = 25; oneof choice { string left_hand = 26; All right = 27; }
    string spelled = 28 [json_name = "otherName"];
  }
  enum Kind { NONE = 0; SOME = 1; }
`;

describe('a message', () => {
  it('has all its fields: defaults for those that are not on the wire, null where there is presence', () => {
    expect(protoType(everything, 't.All').decode(bytes(''))).toEqual({
      d: 0,
      f: 0,
      i32: 0,
      u32: 0,
      s32: 0,
      f32: 0,
      sf32: 0,
      i64: '0',
      u64: '0',
      s64: '0',
      f64: '0',
      sf64: '0',
      b: false,
      text: '',
      raw: '',
      kind: 'NONE',
      inner: null,
      numbers: [],
      words: [],
      inners: [],
      kinds: [],
      counts: {},
      byNumber: {},
      byFlag: {},
      maybe: null,
      leftHand: null,
      right: null,
      otherName: '',
    });
  });

  it('is named as the .proto is written where that is wanted', () => {
    const { decode } = protoType('syntax = "proto3"; message A { int32 in_stock = 1; }', 'A', { keepsSnakeCase: true });
    expect(decode(bytes('08 05'))).toEqual({ in_stock: 5 });
  });

  it('has its extensions as fields, by their full names in brackets', () => {
    const { decode, roundTrip } = protoType(
      `syntax = "proto2"; package odd; message A { optional string id = 1; extensions 100 to 199; }
       extend A { optional string extra_word = 100; }`,
      'odd.A',
    );
    expect(decode(bytes('0a 01 69 a2 06 01 78 ba 0c 01 79'))).toEqual({ id: 'i', '[odd.extra_word]': 'x' });
    expect(roundTrip({ '[odd.extra_word]': 'x' })).toEqual({ id: null, '[odd.extra_word]': 'x' });
  });

  it('has numbers to their last digit', () => {
    const { roundTrip } = protoType(everything, 't.All');
    const message = {
      d: 0.1,
      f: 1.1,
      i32: -2147483648,
      u32: 4294967295,
      s32: -1,
      f32: 4294967295,
      sf32: -5,
      i64: '-9223372036854775808',
      u64: '18446744073709551615',
      s64: '-9007199254740993',
      f64: '4294967296',
      sf64: '-1',
    };
    expect(roundTrip(message)).toMatchObject(message);
  });

  it('has text for what JSON has no numbers for', () => {
    const { type, decode } = protoType(everything, 't.All');
    const message = type.create({ d: Infinity, f: NaN });
    expect(decode(Buffer.from(type.encode(message).finish()))).toMatchObject({ d: 'Infinity', f: 'NaN' });
  });

  it('has the number of an enum value that the contract does not name', () => {
    expect(protoType(everything, 't.All').decode(bytes('80 01 07'))).toMatchObject({ kind: 7 });
  });

  it('has the last member of a oneof alone', () => {
    const { decode } = protoType(everything, 't.All');
    expect(decode(bytes('da 01 02 08 05  d2 01 01 78'))).toMatchObject({ leftHand: 'x', right: null });
  });

  it('is put together of its parts where it comes in several', () => {
    const { decode } = protoType(everything, 't.All');
    expect(decode(bytes('8a 01 02 18 05  8a 01 02 20 06'))).toMatchObject({ inner: { i32: 5, u32: 6 } });
  });

  it('reads lists packed and unpacked, and entries of maps without key or value', () => {
    const { decode } = protoType(everything, 't.All');
    expect(decode(bytes('90 01 01  92 01 02 02 03  90 01 04'))).toMatchObject({ numbers: [1, 2, 3, 4] });
    expect(decode(bytes('b2 01 00  ba 01 00'))).toMatchObject({ counts: { '': '0' }, byNumber: { 0: { i32: 0 } } });
  });

  it('cannot reach a prototype by the keys of its maps', () => {
    const { decode } = protoType(everything, 't.All');
    const entry = Buffer.concat([bytes('0a 09'), Buffer.from('__proto__'), bytes('10 05')]);
    const message = decode(Buffer.concat([bytes('b2 01'), Buffer.from([entry.length]), entry])) as { counts: object };
    expect(Object.getOwnPropertyNames(message.counts)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(message.counts)).toBeNull();
  });

  it('skips what the contract does not know, groups included', () => {
    const { decode } = protoType('syntax = "proto3"; message A { int32 a = 1; }', 'A');
    expect(decode(bytes('13 08 01 1b 1c 14  18 05  22 01 ff  2d 01020304  31 0102030405060708  08 07'))).toEqual({
      a: 7,
    });
  });

  it('reads what proto2 has: declared defaults, groups, closed enums', () => {
    const text = `syntax = "proto2"; message A {
      optional int32 n = 1 [default = 7]; optional string s = 2 [default = "x"]; optional Kind k = 3 [default = B];
      optional bytes raw = 7 [default = "\\001\\377"];
      optional int64 big = 4 [default = 5]; optional int32 bare = 5; repeated group Part = 6 { optional int32 x = 1; } }
      enum Kind { A0 = 0; B = 1; }`;
    const { decode } = protoType(text, 'A');
    expect(decode(bytes(''))).toEqual({ n: 7, s: 'x', k: 'B', big: '5', bare: null, part: [], raw: 'Af8=' });
    expect(decode(bytes('33 08 05 34  33 34  18 09'))).toMatchObject({ part: [{ x: 5 }, { x: null }], k: 9 });
  });

  it('reads what editions have: presence by default, delimited messages', () => {
    const text = `edition = "2023"; message A { int32 n = 1; int32 m = 2 [features.field_presence = IMPLICIT];
      B b = 3 [features.message_encoding = DELIMITED]; } message B { int32 x = 1; }`;
    const { decode } = protoType(text, 'A');
    expect(decode(bytes(''))).toEqual({ n: null, m: 0, b: null });
    expect(decode(bytes('1b 08 05 1c'))).toMatchObject({ b: { x: 5 } });
  });
});

describe("Google's own types", () => {
  const text = `syntax = "proto3";
    import "google/protobuf/timestamp.proto"; import "google/protobuf/duration.proto"; import "google/protobuf/any.proto";
    import "google/protobuf/struct.proto"; import "google/protobuf/wrappers.proto"; import "google/protobuf/field_mask.proto";
    import "google/protobuf/empty.proto";
    message A {
      google.protobuf.Timestamp at = 1; google.protobuf.Duration took = 2; google.protobuf.FieldMask mask = 3;
      google.protobuf.Struct struct = 4; google.protobuf.Value value = 5; google.protobuf.ListValue list = 6;
      google.protobuf.Any any = 7; google.protobuf.Empty empty = 8; google.protobuf.Int64Value count = 9;
      google.protobuf.BoolValue flag = 10; google.protobuf.BytesValue raw = 11; repeated google.protobuf.StringValue words = 12;
      google.protobuf.DoubleValue share = 13;
    }
    message Thing { string name = 1; int32 in_stock = 2; }`;

  it.each([
    ['at', '2024-02-29T23:59:59Z'],
    ['at', '0001-01-01T00:00:00Z'],
    ['at', '9999-12-31T23:59:59.999999999Z'],
    ['at', '1969-12-31T23:59:59.500Z'],
    ['took', '0s'],
    ['took', '-1.500s'],
    ['took', '315576000000.000000001s'],
    ['mask', 'inStock,name.first'],
    ['mask', ''],
    ['struct', { a: 1, b: [null, 'x', { c: true }] }],
    ['value', null],
    ['value', 'text'],
    ['value', [1, { a: null }]],
    ['list', [1, 'two', null]],
    ['empty', {}],
    ['count', '9007199254740993'],
    ['count', '0'],
    ['flag', false],
    ['raw', '//79'],
    ['words', ['', 'x']],
    ['share', 'NaN'],
    ['any', { '@type': 'type.googleapis.com/Thing', name: 'x', inStock: 2 }],
    ['any', { '@type': 'type.googleapis.com/google.protobuf.Duration', value: '1s' }],
  ])('%s is %j in JSON, both ways', (name, value) => {
    expect(protoType(text, 'A').roundTrip({ [name]: value })).toMatchObject({ [name]: value });
  });

  it('are null where they are not on the wire', () => {
    expect(protoType(text, 'A').decode(bytes(''))).toMatchObject({ at: null, count: null, struct: null, words: [] });
  });

  it('give the bytes of an Any whose type is not known', () => {
    const any = { '@type': 'type.googleapis.com/not.Known', value: 'CAU=' };
    const inner = Buffer.concat([bytes('0a 1d'), Buffer.from('type.googleapis.com/not.Known'), bytes('12 02 08 05')]);
    expect(protoType(text, 'A').decode(Buffer.concat([bytes('3a'), Buffer.from([inner.length]), inner]))).toMatchObject(
      {
        any,
      },
    );
  });

  it('are refused beyond their range', () => {
    const { type, decode } = protoType(text, 'A');
    const refused = (message: object) => () => decode(Buffer.from(type.encode(type.create(message)).finish()));
    expect(refused({ at: { seconds: 253_402_300_800 } })).toThrow('Timestamp is out of range');
    expect(refused({ took: { seconds: 1, nanos: -1 } })).toThrow('Duration is out of range');
  });
});

describe('bytes that are no message', () => {
  const { decode } = protoType(everything, 't.All');

  it.each([
    ['a message that ends beyond what holds it', '8a 01 05 18 05'],
    ['text that ends beyond the message', '72 05 61'],
    ['a number without its last byte', '18 80'],
    ['a field within a message that reads beyond it', '8a 01 02 72 05 61 61 61 61 61'],
    ['a packed list that ends within a number', '92 01 01 80'],
    ['a field without a number', '00 01'],
    ['a wire type that there is none', '1f'],
    ['a group that does not end', '2b 08 01'],
    ['text that is not UTF-8', '72 02 c3 28'],
  ])('are refused: %s', (_, hex) => {
    expect(() => decode(bytes(hex))).toThrow();
  });

  it('are refused where messages lie too deep in each other, or are too many', () => {
    let deep = Buffer.alloc(0);
    for (let level = 0; level < 120; level++) {
      const size = new protobuf.Writer().uint32(deep.length).finish();
      deep = Buffer.concat([bytes('8a 01'), size, deep]);
    }
    expect(() => decode(deep)).toThrow('more than 100 deep');
    expect(() => decode(Buffer.from('a20100'.repeat(1_000_001), 'hex'))).toThrow('more than 1000000 messages');
  });

  it('lack what proto2 requires', () => {
    const text = 'syntax = "proto2"; message A { required int32 n = 1; }';
    expect(() => protoType(text, 'A').decode(bytes(''))).toThrow('A lacks its required "n"');
  });

  it('never do worse than throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        try {
          decode(noise);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

it('agrees with the reference on every message: what it says is there, and nothing else but defaults', () => {
  const { type, decode, encode } = protoType(everything, 't.All');
  const leaf = {
    d: fc.double(),
    i32: fc.integer(),
    s64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
    u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
    text: fc.string({ unit: 'grapheme' }),
    raw: fc.uint8Array().map((raw) => Buffer.from(raw).toString('base64')),
    kind: fc.constantFrom('NONE', 'SOME'),
    numbers: fc.array(fc.integer()),
    words: fc.array(fc.string()),
    counts: fc.dictionary(fc.string(), fc.bigInt({ min: 0n, max: 2n ** 60n }).map(String)),
    maybe: fc.integer(),
  };
  const message = fc.record(leaf, { requiredKeys: [] });
  const nested = fc.record(
    { ...leaf, inner: message, inners: fc.array(message), right: message },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(nested, (given) => {
      const wire = encode(Object.fromEntries(Object.entries(given).map(([name, value]) => [name, toInput(value)])));
      const reference = toJson(type, type.decode(wire)) as object;
      expect(decode(wire)).toMatchObject(reference);
      expect(withoutDefaults(decode(wire))).toEqual(withoutDefaults(reference));
    }),
    { numRuns: 300 },
  );
});

/** Numbers that JSON has no form for are given as text. */
function toInput(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return value.map(toInput);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toInput(inner)]));
}

function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== 'object' || value === null) return value;
  const isDefault = (inner: unknown): boolean =>
    [0, -0, '0', '', false, null, 'NONE'].includes(inner as string) ||
    (typeof inner === 'object' && inner !== null && Object.keys(inner).length === 0);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => name === 'maybe' || !isDefault(inner))
      .map(([name, inner]) => [name, withoutDefaults(inner)])
      .filter(([, inner]) => !isDefault(inner)),
  );
}
