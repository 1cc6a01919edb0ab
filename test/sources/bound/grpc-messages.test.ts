import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GrpcBinding } from '../../../src/model/binding.ts';
import { readSubgraph } from '../../../src/subgraph/read-subgraph.ts';
import { boundSubgraph } from './bound-subgraph.ts';

const proto = `syntax = "proto3"; package pay;
  service Pay { rpc Get(Request) returns (Payment); }
  message Request { string id = 1; Grade grade = 2; map<string, int32> limits = 3; oneof by { Card card = 4; string iban = 5; } }
  message Payment {
    oneof paid_by { Card card = 1; Cash cash = 2; string voucher = 3; }
    Grade grade = 4; repeated Grade grades = 5; map<string, int32> limits = 6; map<string, Cash> tills = 7; int64 cents = 8;
  }
  message Card { string number = 1; } message Cash { int32 coins = 1; }
  enum Grade { GRADE_UNSPECIFIED = 0; GRADE_GOOD = 1; GRADE_BAD = 2; }`;

const sdl = `
  type Query { payment(id: ID, grade: Grade, limits: [LimitInput!], by: By): Payment @grpc(method: "pay.Pay/Get") }
  type Payment { paidBy: Means grade: Grade grades: [Grade] limits: [Limit!]! tills: [Till!] cents: BigInt asFloat: Float @map(from: "cents") asInt: Int @map(from: "cents") }
  union Means = Card | Cash | PaymentVoucher
  type Card { number: String! } type Cash { coins: Int! } type PaymentVoucher { voucher: String! }
  type Limit { key: String! value: Int! } type Till { key: ID! value: Cash }
  enum Grade { GOOD BAD } scalar BigInt
  input LimitInput { key: String! value: Int! } input By @oneOf { card: CardInput iban: String } input CardInput { number: String }`;

/** Asks a service that answers so; gives the answer, and what it was sent. */
async function pay(answer: object, operation: string) {
  const protos = [{ name: 'pay.proto', text: proto }];
  const schema = [{ name: 'pay.graphql', text: sdl }];
  const { subgraph } = readSubgraph({ name: 'pay', kind: 'auto', schema, url: 'grpc://x', protos });
  if (subgraph === undefined) throw new Error('The schema could not be read.');
  const { method } = subgraph.fieldBindings.get('Query.payment') as GrpcBinding;
  const server = new Server();
  const sent: unknown[] = [];
  server.addService({ Get: method } as ServiceDefinition, {
    Get: (call: { request: object }, respond: (error: null, message: object) => void) => {
      sent.push(call.request);
      respond(null, answer);
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  onTestFinished(() => server.forceShutdown());
  const { data, errors } = await boundSubgraph(sdl, { url: `grpc://127.0.0.1:${port}`, protos }).run(operation);
  return { data, errors, sent: sent[0] };
}

const means =
  '{ payment { paidBy { __typename ... on Card { number } ... on Cash { coins } ... on PaymentVoucher { voucher } } } }';

describe('a oneof', () => {
  it.each([
    [{ card: { number: '5' } }, { __typename: 'Card', number: '5' }],
    [{ cash: {} }, { __typename: 'Cash', coins: 0 }],
    [{ voucher: 'x' }, { __typename: 'PaymentVoucher', voucher: 'x' }],
    [{}, null],
  ])('is a union of its members’ types: %j', async (answer, paidBy) => {
    expect(await pay(answer, means)).toMatchObject({ data: { payment: { paidBy } }, errors: [] });
  });

  it('is sent as a @oneOf input', async () => {
    expect((await pay({}, '{ payment(by: { card: { number: "5" } }) { grade } }')).sent).toMatchObject({
      card: { number: '5' },
      iban: null,
    });
  });
});

describe('an enum', () => {
  it('has its values without its name, both ways', async () => {
    const { data, sent } = await pay(
      { grade: 'GRADE_BAD', grades: ['GRADE_GOOD'] },
      '{ payment(grade: GOOD) { grade grades } }',
    );
    expect(data).toEqual({ payment: { grade: 'BAD', grades: ['GOOD'] } });
    expect(sent).toMatchObject({ grade: 'GRADE_GOOD' });
  });

  it('is null where it is not specified, and an error where the schema does not know it', async () => {
    expect(await pay({}, '{ payment { grade } }')).toMatchObject({ data: { payment: { grade: null } }, errors: [] });
    expect(await pay({ grade: 7 }, '{ payment { grade } }')).toMatchObject({
      data: { payment: { grade: null } },
      errors: ['UPSTREAM_BAD_RESPONSE at payment.grade'],
    });
  });
});

describe('a map', () => {
  it('is a list of entries, both ways', async () => {
    const operation =
      '{ payment(limits: [{ key: "a", value: 1 }]) { limits { key value } tills { key value { coins } } } }';
    const { data, sent } = await pay({ limits: { b: 2 }, tills: { 7: { coins: 5 } } }, operation);
    expect(data).toEqual({
      payment: { limits: [{ key: 'b', value: 2 }], tills: [{ key: '7', value: { coins: 5 } }] },
    });
    expect(sent).toMatchObject({ limits: { a: 1 } });
  });

  it('is an empty list where it has no entries', async () => {
    expect((await pay({}, '{ payment { limits { key } } }')).data).toEqual({ payment: { limits: [] } });
  });
});

it('gives 64-bit numbers as text to a scalar of the schema’s own', async () => {
  expect((await pay({ cents: '9007199254740993' }, '{ payment { cents } }')).data).toEqual({
    payment: { cents: '9007199254740993' },
  });
});

it.each([
  ['12', { asFloat: 12, asInt: 12 }, []],
  ['4294967296', { asFloat: 4294967296, asInt: null }, ['asInt']],
  ['9007199254740993', { asFloat: null, asInt: null }, ['asFloat', 'asInt']],
])('loses no digit of %s without an error', async (cents, payment, wrong) => {
  expect(await pay({ cents }, '{ payment { asFloat asInt } }')).toMatchObject({
    data: { payment },
    errors: wrong.map((name) => `UPSTREAM_BAD_RESPONSE at payment.${name}`),
  });
});
