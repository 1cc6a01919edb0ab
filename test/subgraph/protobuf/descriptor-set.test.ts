import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { read, readSound } from '../reading.ts';

// Made of the .proto files beside them: `protoc --include_imports --descriptor_set_out=full.binpb stock.proto`; bare is
// without --include_imports, both names place.proto too instead.
const set = (name: string) => ({
  name: `sets/${name}`,
  text: readFileSync(new URL(`sets/${name}`, import.meta.url)).toString('base64'),
});
const text = (name: string) => ({ name, text: readFileSync(new URL(`sets/${name}`, import.meta.url), 'utf8') });

const sdl = `
  type Query { item(sku: ID!): Item @grpc(method: "shop.v1.Stock/Get") }
  type Item { sku: ID priceCents: Int weight: Int place: Place updated: String counts: Counts maker: String importer: Place
    grade: Grade spelled: String packed: [Int!] loose: [Int!] }
  type Place { city: String inside: Place }
  enum Grade { GRADE_UNSPECIFIED GRADE_GOOD }
  scalar Counts`;

function methodOf(protos: NonNullable<Parameters<typeof readSound>[1]>['protos']) {
  const binding = readSound(sdl, { protos }).fieldBindings.get('Query.item');
  if (binding?.kind !== 'grpc') throw new Error('not a gRPC call');
  return binding.method;
}

const message = {
  sku: 'A',
  priceCents: 5,
  weight: 0,
  place: { city: 'Wien', inside: { city: 'Wieden', inside: null } },
  updated: '2024-02-29T00:00:00Z',
  counts: { a: '1' },
  maker: null,
  importer: { city: 'Graz', inside: null },
  grade: 'GRADE_GOOD',
  spelled: 'x',
  packed: [1, 2],
  loose: [3],
};

describe('a descriptor set', () => {
  it.each([set('defaults.binpb'), text('defaults.proto')])('has the same defaults as the file: $name', (contract) => {
    const wanted =
      'type Query { given: Given @grpc(method: "shop.v1.Defaults/Get") } type Given { raw: String text: String }';
    const binding = readSound(wanted, { protos: [contract] }).fieldBindings.get('Query.given');
    if (binding?.kind !== 'grpc') throw new Error('not a gRPC call');
    expect(binding.method.responseDeserialize(Buffer.alloc(0))).toEqual({
      raw: Buffer.from([1, 255, 0x5c, 0x22, 10]).toString('base64'),
      text: '\\"\né',
    });
  });

  it.each(['full.binpb', 'both.binpb'])('is a contract as good as the files it was made of: %s', (name) => {
    const fromSet = methodOf([set(name)]);
    const fromTexts = methodOf([text('stock.proto'), text('place.proto')]);
    expect(fromSet.responseDeserialize(fromTexts.responseSerialize(message))).toEqual(message);
    expect(fromTexts.responseDeserialize(fromSet.responseSerialize(message))).toEqual(message);
    expect(fromSet.responseDeserialize(Buffer.alloc(0))).toEqual(fromTexts.responseDeserialize(Buffer.alloc(0)));
  });

  it('keeps names as they are written where the subgraph is in snake case', () => {
    const { problems } = read(`extend schema @source(naming: SNAKE_CASE) ${sdl.replace('spelled', 'odd')}`, {
      protos: [set('full.binpb')],
    });
    expect(problems).toEqual([]);
  });

  it.each([
    ['lacks what it imports', set('bare.binpb').text, 'lacks "place.proto", which it imports'],
    ['is no descriptor set', Buffer.from('syntax = "proto3";').toString('base64'), 'cannot be read: '],
    ['is cut off', set('full.binpb').text.slice(0, 400), 'cannot be read: index out of range'],
    ['is empty', '', 'holds no file'],
  ])('is reported where it %s', (_, base64, message) => {
    expect(read(sdl, { protos: [{ name: 'stock.binpb', text: base64 }] }).problems).toEqual([
      expect.stringContaining(`stock.binpb:1:1  PROTO_INVALID  The descriptor set ${message}`),
    ]);
  });
});
