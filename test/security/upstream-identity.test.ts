import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/schema.ts';
import { Cancellation } from '../../src/model/cancellation.ts';
import type { Caller } from '../../src/model/request-context.ts';
import { createUpstreamIdentity } from '../../src/security/upstream-identity.ts';

type Upstream = NonNullable<Config['auth']['upstream']>;

function headersFor(
  upstream: Upstream[string],
  claims: Record<string, unknown> | null,
  sent: Record<string, string> = {},
) {
  const caller: Caller = claims === null ? { kind: 'anonymous' } : { kind: 'authenticated', claims, scopes: new Set() };
  return createUpstreamIdentity({ accounts: upstream })('accounts')({
    requestId: 'r',
    caller,
    header: (name) => sent[name] ?? null,
    deadlineMs: Infinity,
    cancellation: new Cancellation(),
    scope: new Map(),
  });
}

const claim = (value: unknown) => headersFor({ claims: { 'x-claim': 'value' } }, { value })['x-claim'];

it('passes on nothing that is not named', () => {
  expect(headersFor({}, { sub: 'u1' }, { authorization: 'Bearer x', cookie: 'a=b' })).toEqual({});
  expect(createUpstreamIdentity(undefined)('accounts')).toBeTypeOf('function');
});

it('passes on named headers of the request, and leaves out those that were not sent', () => {
  const sent = { authorization: 'Bearer x', cookie: 'a=b' };
  expect(headersFor({ forward: ['Authorization', 'X-Tenant'] }, null, sent)).toEqual({ authorization: 'Bearer x' });
});

it('tells each subgraph only what the config says of that subgraph', () => {
  const identityOf = createUpstreamIdentity({
    accounts: { forward: ['authorization'] },
    catalog: { claims: { 'x-user': 'sub' } },
  });
  const context = {
    requestId: 'r',
    caller: { kind: 'authenticated', claims: { sub: 'u1' }, scopes: new Set<string>() } as const,
    header: () => 'Bearer x',
    deadlineMs: Infinity,
    cancellation: new Cancellation(),
    scope: new Map(),
  };
  expect(identityOf('accounts')(context)).toEqual({ authorization: 'Bearer x' });
  expect(identityOf('catalog')(context)).toEqual({ 'x-user': 'u1' });
  expect(identityOf('inventory')(context)).toEqual({});
});

it('makes headers of claims, by name or by path', () => {
  const claims = { sub: 'u1', realm_access: { roles: ['a', 'b'] }, 'https://example.com/role': 'admin', nothing: null };
  const settings = {
    claims: {
      'X-User': 'sub',
      'x-roles': 'realm_access.roles',
      'x-role': 'https://example.com/role',
      'x-no': 'nothing',
      'x-none': 'a.b',
    },
  };
  expect(headersFor(settings, claims)).toEqual({ 'x-user': 'u1', 'x-roles': 'a,b', 'x-role': 'admin' });
});

it("never takes a claim's header from the client", () => {
  expect(headersFor({ claims: { 'x-user': 'sub' } }, null, { 'x-user': 'admin' })).toEqual({});
  expect(headersFor({ claims: { 'x-user': 'sub' } }, {}, { 'x-user': 'admin' })).toEqual({});
});

it('reads only what the claims themselves hold', () => {
  expect(
    headersFor({ claims: { 'x-a': 'constructor', 'x-b': 'sub.length', 'x-c': '__proto__.x' } }, { sub: 'u1' }),
  ).toEqual({});
});

describe('the value of a claim', () => {
  it('is text, a number, a truth value, a list or JSON', () => {
    expect(claim('a b')).toBe('a b');
    expect(claim(12)).toBe('12');
    expect(claim(false)).toBe('false');
    expect(claim(['a', 2])).toBe('a,2');
    expect(claim({ a: [1] })).toBe('{"a":[1]}');
    expect(claim('')).toBeUndefined();
    expect(claim([])).toBeUndefined();
  });

  it('cannot end the line or start another header', () => {
    expect(claim('a\r\nx-admin: true')).toBe('a%0D%0Ax-admin: true');
    expect(claim(['a\n', '\0'])).toBe('a%0A,%00');
    expect(claim({ a: '\u2028\u007f' })).toBe('{"a":"%E2%80%A8%7F"}');
  });

  it('stays apart from any other value', () => {
    expect(claim('José')).toBe('Jos%C3%A9');
    expect(claim('Jos%C3%A9')).toBe('Jos%25C3%25A9');
    expect(claim(['user,admin'])).toBe('user%2Cadmin');
    expect(claim(' x ')).toBe('%20x%20');
    expect(claim('\ud800')).toBe('%EF%BF%BD');
  });
});
