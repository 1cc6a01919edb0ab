import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import { wireNaming } from '../../src/subgraph/naming.ts';
import { readVariable } from '../../src/subgraph/read-variable.ts';
import { compileUriTemplate } from '../../src/subgraph/uri-template.ts';

const expand = (text: string, args: Record<string, unknown>) =>
  compileUriTemplate(text).expand((variable) => args[variable]);

function refusalOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'BAD_USER_INPUT') return error.message;
    throw error;
  }
  return 'not refused';
}

describe('a path', () => {
  it.each([
    ['/products/{sku}', '/products/a%2Fb%3Fc%26d%3De'],
    ['/products/{sku}/reviews', '/products/a%2Fb%3Fc%26d%3De/reviews'],
    ['/products?skus={skus}', '/products?skus=x,y%2Cz'],
    ['/products{?skus*}', '/products?skus=x&skus=y%2Cz'],
    ['/products{?limit,missing,none,flag}', '/products?limit=5&flag=false'],
    ['/products{?empty}', '/products'],
    ['/products?sort=name{&limit}', '/products?sort=name&limit=5'],
    ['/products{/limit,missing}', '/products/5'],
    ['/{sku:1}', '/a'],
    ['/{face:2}{?face:1}', '/a%F0%9F%98%80?face=a'],
    ['/a?b=what?{&limit}', '/a?b=what?&limit=5'],
    ['/ü/{limit}', '/%C3%BC/5'],
    ['/q{?dots}', '/q?dots=..'],
  ])('expands %s', (text, expected) => {
    const args = {
      sku: 'a/b?c&d=e',
      skus: ['x', 'y,z'],
      limit: 5,
      none: null,
      flag: false,
      empty: [],
      dots: '..',
      face: 'a😀b',
    };
    expect(expand(text, args)).toBe(expected);
  });

  it('tells its variables in order, each once', () => {
    expect(compileUriTemplate('/{b}/{a}{?b,claims.sub}').variables).toEqual(['b', 'a', 'claims.sub']);
  });

  it('names query parameters as the service does', () => {
    const template = compileUriTemplate('/products{?pageSize,claims.tenantId}', wireNaming('SNAKE_CASE'));
    expect(template.expand((variable) => (variable === 'pageSize' ? 5 : 't'))).toBe(
      '/products?page_size=5&tenant_id=t',
    );
  });

  it.each([
    ['/p/{a}', undefined, '"a" must have a value.'],
    ['/p/{a}', null, '"a" must have a value.'],
    ['/p/{a}', [], '"a" must have a value.'],
    ['/p/{a}', '', '"a" must not be empty.'],
    ['/p/{a}', '..', '"a" must not be "." or "..".'],
    ['/p/{a}', ['.'], '"a" must not be "." or "..".'],
    ['/p{/a}', '..', '"a" must not be "." or "..".'],
    ['/p/{a}', { x: 1 }, '"a" must be a single value, not an object or a list.'],
    ['/p{?a*}', { admin: 'true' }, '"a" must be a single value, not an object or a list.'],
    ['/p/{a}', [['x']], '"a" must be a single value, not an object or a list.'],
    ['/p/{a}', '\ud800', '"a" is not well-formed Unicode text.'],
  ])('refuses in %s the value %j', (text, a, message) => {
    expect(refusalOf(() => expand(text, { a }))).toBe(message);
  });

  it('refuses values that make a dot segment together with what stands around them', () => {
    expect(refusalOf(() => expand('/files/{a:1}{b:1}', { a: '.x', b: '.y' }))).toContain('must not be "."');
    expect(refusalOf(() => expand('/files/.{/a}', {}))).toContain('leaves its place');
  });

  it('keeps any text inside its segment and its parameter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (segment, parameter) => {
        let path: string;
        try {
          path = expand('/a/{segment}/b{?parameter}', { segment, parameter });
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError);
          return;
        }
        const url = new URL(path, 'http://host.example');
        expect(url.host).toBe('host.example');
        expect(url.pathname.split('/')).toHaveLength(4);
        expect(decodeURIComponent(url.pathname.split('/')[2] ?? '')).toBe(segment);
        expect([...url.searchParams]).toEqual([['parameter', parameter]]);
      }),
    );
  });

  it.each([
    ['/p/{+a}', 'operator "+"'],
    ['/p{#a}', 'operator "#"'],
    ['/p/{|a}', 'not an operator'],
    ['/p/{a', 'no partner'],
    ['/p/a}', 'no partner'],
    ['/p/{}', 'names nothing'],
    ['/p/{a b}', 'is not a name'],
    ['/p/{other.a}', 'is not a name'],
    ['/p{?a,args.a}', 'names one parameter twice'],
    ['p/{a}', 'begin with one "/"'],
    ['//evil.example/{a}', 'begin with one "/"'],
    ['https://evil.example/', 'must be a path'],
    ['/a/../b', '"." or ".."'],
    ['/p?a={a}{?b}', 'begins twice'],
    ['/p{?a}{?b}', 'begins twice'],
    ['/p{&a}', 'no "?" has begun'],
    ['/p{?a}{&b}', 'may be empty'],
    ['/p{?a}&b=1', 'may be empty'],
    ['/a b', 'white space'],
    ['/a#b', '"#"'],
  ])('refuses %s when it is compiled', (text, message) => {
    expect(() => compileUriTemplate(text)).toThrow(message);
  });
});

describe('a variable', () => {
  const roots = {
    args: { id: 'arg', nothing: null },
    this: { id: 'parent', sku: 'SKU-1', region: { name: 'EU' } },
    claims: { sub: 'u1', 'https://tenant': 't' },
    headers: { 'x-api-key': 'k' },
  };

  it.each([
    ['id', 'arg'],
    ['args.id', 'arg'],
    ['this.id', 'parent'],
    ['sku', 'SKU-1'],
    ['this.region.name', 'EU'],
    ['claims.sub', 'u1'],
    ['headers.x-api-key', 'k'],
    ['nothing', null],
    ['missing', null],
    ['constructor', null],
    ['claims.__proto__', null],
    ['args.id.length', null],
  ])('%s is read as %j', (variable, expected) => {
    expect(readVariable(roots, variable)).toBe(expected);
  });
});
