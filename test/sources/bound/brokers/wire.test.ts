import { expect, it } from 'vitest';
import { parseEnvelope, printEnvelope } from '../../../../src/sources/bound/brokers/envelope.ts';
import { parseMessage, parseReply } from '../../../../src/sources/bound/brokers/reply.ts';

it('wraps a request where the broker has no properties', () => {
  const request = { id: 'a.1', topic: 'find', payload: '{"id":"o1"}', expiresAt: 1_700_000_000_000, ttlMs: 1_000 };
  expect(JSON.parse(printEnvelope(request, 'replies/"quoted"'))).toEqual({
    id: 'a.1',
    replyTo: 'replies/"quoted"',
    expiresAt: 1_700_000_000_000,
    payload: { id: 'o1' },
  });
});

it.each([
  ['{ "id": "a.1", "payload": null }', { kind: 'payload', value: null }],
  [
    '{ "id": "a.1", "payload": { "error": { "message": "mine" } } }',
    { kind: 'payload', value: { error: { message: 'mine' } } },
  ],
  [
    '{ "id": "a.1", "error": { "message": "no", "code": "FORBIDDEN" } }',
    { kind: 'error', message: 'no', code: 'FORBIDDEN' },
  ],
  ['{ "id": "a.1", "error": { "message": "no", "code": 7 } }', { kind: 'error', message: 'no', code: undefined }],
  ['{ "id": "a.1", "error": "no" }', { kind: 'unreadable', why: 'its "error" has no "message"' }],
  ['{ "id": "a.1" }', { kind: 'unreadable', why: 'it has neither "payload" nor "error"' }],
])('reads the wrapped reply %s', (body, reply) => {
  expect(parseEnvelope(body)).toEqual({ id: 'a.1', reply });
});

it.each(['', 'no json', '[]', 'null', '{ "payload": 1 }', '{ "id": 1, "payload": 1 }'])(
  'finds no id in the reply %j',
  (body) => {
    expect(parseEnvelope(body)).toBeUndefined();
  },
);

it.each([
  ['{ "error": { "message": "no", "code": "E1" } }', { kind: 'error', message: 'no', code: 'E1' }],
  ['{ "error": { "message": "no" }, "id": 1 }', { kind: 'payload', value: { error: { message: 'no' }, id: 1 } }],
  ['{ "error": null }', { kind: 'payload', value: { error: null } }],
  ['[1]', { kind: 'payload', value: [1] }],
  ['', { kind: 'payload', value: null }],
])('reads the reply %s of a broker with properties', (body, reply) => {
  expect(parseReply(Buffer.from(body))).toEqual(reply);
});

it('does not read a message of more than ten megabytes', () => {
  expect(parseMessage(Buffer.alloc(10_000_001, '1'))).toEqual({ kind: 'unreadable', why: 'it is over 10000000 bytes' });
});
