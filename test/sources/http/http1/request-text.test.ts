import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../../../src/sources/http/http-message.ts';
import { toRequestText } from '../../../../src/sources/http/http1/request-text.ts';

const request: HttpRequest = { method: 'POST', path: '/graphql?v=1', headers: {}, body: '{}', isRepeatable: true };

const write = (changes: Partial<HttpRequest>) =>
  toRequestText({ ...request, ...changes }, { host: 'accounts:4101', 'user-agent': 'selvedge' });

describe('a request’s text', () => {
  it('is head and body in one piece, with the body’s length in bytes', () => {
    expect(write({ headers: { accept: 'application/json' }, body: '{"name":"Zoë"}' })).toBe(
      'POST /graphql?v=1 HTTP/1.1\r\nhost: accounts:4101\r\nuser-agent: selvedge\r\naccept: application/json\r\n' +
        'content-length: 15\r\n\r\n{"name":"Zoë"}',
    );
  });

  it('says that there is no body only where one could be', () => {
    expect(write({ method: 'GET', body: null })).toBe(
      'GET /graphql?v=1 HTTP/1.1\r\nhost: accounts:4101\r\nuser-agent: selvedge\r\n\r\n',
    );
    expect(write({ method: 'PUT', body: null })).toContain('\r\ncontent-length: 0\r\n\r\n');
  });

  it('has a header of its own instead of a default', () => {
    const text = String(write({ headers: { 'user-agent': 'shop' }, body: null }));
    expect(text.match(/user-agent: .*/g)).toEqual(['user-agent: shop']);
  });

  it('keeps header values that are not ASCII as the bytes they are, and the body as UTF-8', () => {
    const text = write({ headers: { 'x-name': 'Zo\u{EB}' }, body: '"ë"' });
    expect((text as Buffer).includes(Buffer.from('x-name: Zo\u{EB}\r\n', 'latin1'))).toBe(true);
    expect((text as Buffer).subarray(-4)).toEqual(Buffer.from('"ë"'));
  });

  it.each([
    ['a line end in a path', { path: '/a\r\nx: y' }],
    ['a space in a path', { path: '/a HTTP/1.1' }],
    ['a path that begins elsewhere', { path: 'a' }],
    ['a line end in a value', { headers: { 'x-a': 'b\r\nc: d' } }],
    ['a null character in a value', { headers: { 'x-a': '\0' } }],
    ['more than a byte in a value', { headers: { 'x-a': '☃' } }],
    ['a line end in a name', { headers: { 'x-a: b\r\nc': 'd' } }],
    ['an empty name', { headers: { '': 'd' } }],
    ['another length', { headers: { 'Content-Length': '0' } }],
    ['a transfer coding', { headers: { 'transfer-encoding': 'chunked' } }],
    ['a word on the connection', { headers: { connection: 'close' } }],
  ])('is refused with %s', (_, changes: Partial<HttpRequest>) => {
    expect(() => write(changes)).toThrow('could not be written');
  });
});
