import { describe, expect, it } from 'vitest';
import { readVariable } from '../../src/subgraph/read-variable.ts';
import { read, readSound } from './reading.ts';

const problemsOf = (sdl: string) => read(sdl).problems;

describe('a call', () => {
  it('of a field or an entity is compiled, with its place', () => {
    const { fieldBindings, entityBindings } =
      readSound(`type Query { product(sku: ID!, limit: Int): Product @rest(GET: "/products/{sku}{?limit}", select: "data.item") }
type Product @key(fields: "sku")
  @rest(GET: "/products?skus={sku}", select: "data.items", batch: { max: 50, match: "sku" }) { sku: ID! name: String }`);
    const field = fieldBindings.get('Query.product');
    expect(field).toMatchObject({
      kind: 'rest',
      method: 'GET',
      coordinate: 'Query.product',
      batch: undefined,
      source: undefined,
      body: undefined,
    });
    expect(field?.place).toEqual({ file: 'shop.graphql', line: 1, column: 53 });
    expect(field?.select?.evaluate({ data: { item: { sku: 'a' } } })).toEqual({ sku: 'a' });
    if (field?.kind !== 'rest') throw new Error('not a REST call');
    expect(field.path.expand((variable) => readVariable({ args: { sku: 'a/b', limit: 5 } }, variable))).toBe(
      '/products/a%2Fb?limit=5',
    );
    const entity = entityBindings.get('Product');
    expect(entity).toMatchObject({ kind: 'rest', coordinate: 'Product', batch: { max: 50, match: ['sku'] } });
    if (entity?.kind !== 'rest') throw new Error('not a REST call');
    expect(entity.path.expand((variable) => readVariable({ this: { sku: ['a', 'b,c'] } }, variable))).toBe(
      '/products?skus=a,b%2Cc',
    );
  });

  it('builds its body, payload and key of arguments, the parent and the caller', () => {
    const { fieldBindings } = readSound(`
      type Query { a: A @rest(GET: "/a") }
      type A { id: ID! b(n: Int): Int @rest(POST: "/b", body: "{ id: this.id, n: args.n, by: claims.sub, h: headers.\\"x-h\\" }") }
      type Mutation { m(id: ID!): Boolean @publish(topic: "a.{id}", payload: "{ id: args.id }", key: "args.id") }
      type Subscription { s(id: ID!): A @subscribe(topic: "a.{id}.*", select: "a") }
    `);
    const b = fieldBindings.get('A.b');
    const roots = { args: { n: 1 }, this: { id: 'x' }, claims: { sub: 'u' }, headers: { 'x-h': 'h' } };
    expect(b?.kind === 'rest' && b.body?.evaluate(roots)).toEqual({ id: 'x', n: 1, by: 'u', h: 'h' });
    const m = fieldBindings.get('Mutation.m');
    expect(m?.kind === 'publish' && m.key?.evaluate({ args: { id: 'k' } })).toBe('k');
    expect(fieldBindings.get('Subscription.s')).toMatchObject({ kind: 'subscribe', topic: { text: 'a.{id}.*' } });
  });

  it('has its own headers before the defaults of its source', () => {
    const { fieldBindings } = readSound(
      `extend schema @source(headers: [{ name: "X-Tenant", value: "{claims.tenant}" }, { name: "accept-language", value: "de" }]) @source(name: "search", headers: [{ name: "x-search", value: "1" }])
      type Query {
        a: Int @rest(GET: "/a", headers: [{ name: "Accept-Language", value: "{headers.accept-language}" }])
        b: Int @rest(GET: "/b", source: "search")
      }`,
      { url: 'http://shop', sources: { search: 'http://search' } },
    );
    const headersOf = (coordinate: string) => {
      const binding = fieldBindings.get(coordinate);
      return binding?.kind === 'rest' ? binding.headers.map(({ name, value }) => `${name}: ${value.text}`) : undefined;
    };
    expect(headersOf('Query.a')).toEqual(['accept-language: {headers.accept-language}', 'x-tenant: {claims.tenant}']);
    expect(headersOf('Query.b')).toEqual(['x-search: 1']);
    expect(fieldBindings.get('Query.b')?.source).toBe('search');
  });

  it('may take the key, what @requires names and the parent’s own fields', () => {
    const sdl = (path: string) => `
      type Query { p: P @rest(GET: "/p") }
      type P @key(fields: "sku region { id }") @rest(GET: "/p/{sku}/{this.region.id}") {
        sku: ID!  region: Region  name: String  weight: Int @external  price: Int @external
        other: Int @rest(GET: "/o/{sku}")
        quote: Int @requires(fields: "weight") @rest(GET: "${path}")
      }
      type Region { id: ID! name: String }`;
    for (const path of ['/q/{sku}', '/q/{weight}', '/q/{name}', '/q/{this.region.id}'])
      expect(problemsOf(sdl(path))).toEqual([]);
    expect(problemsOf(sdl('/q/{price}'))).toEqual([
      expect.stringContaining(
        'with "price", which is @external.\n    Say that it is needed: @requires(fields: "price").',
      ),
    ]);
    expect(problemsOf(sdl('/q/{other}'))).toEqual([
      expect.stringContaining('with "other", which has a call of its own'),
    ]);
    expect(problemsOf(sdl('/q/{region}'))).toEqual([expect.stringContaining('with "region", which is an object')]);
  });

  it('of an entity may take only what all of its keys have', () => {
    const sdl = (path: string) => `type Query { p: P @rest(GET: "/p") }
      type P @key(fields: "id") @key(fields: "id sku") @rest(GET: "${path}") { id: ID! sku: ID! }`;
    expect(problemsOf(sdl('/p/{id}'))).toEqual([]);
    expect(problemsOf(sdl('/p/{id}/{sku}'))).toEqual([
      expect.stringContaining('with "sku", which is not in every key of P.'),
    ]);
  });
});

describe('a wrong call', () => {
  it('is reported for names that do not exist', () => {
    expect(
      problemsOf(`type Query {
  p(sku: ID!): P @rest(GET: "/p/{skuu}")
  q(i: In): P @rest(POST: "/q", body: "{ a: args.i.nam, b: arg.i, c: this.x, d: args.{ e: ii } }")
  r(list: [Int!]): P @rest(POST: "/r", body: "{ a: args.list.b }")
  h: P @rest(GET: "/h", headers: [{ name: "x", value: "{headers.X-Y}" }])
}
input In { name: String }
type P { sku: ID! }`),
    ).toEqual([
      'shop.graphql:2:29  UNKNOWN_NAME  Query.p has a path with "skuu", which is neither an argument nor a field that is there.\n    Did you mean "sku"? Or make it an argument.',
      'shop.graphql:3:39  UNKNOWN_NAME  Query.q has a body that reads "nam", which input In does not have.\n    Did you mean "name"?',
      'shop.graphql:3:39  UNKNOWN_NAME  Query.q has a body that reads "arg", which a request does not have.\n    Did you mean "args"?',
      'shop.graphql:3:39  UNKNOWN_NAME  Query.q has a body that reads "this", which a request does not have.\n    Choose from: args, claims, headers.',
      'shop.graphql:3:39  UNKNOWN_NAME  Query.q has a body that reads "ii", which the argument list of Query.q does not have.\n    Did you mean "i"?',
      'shop.graphql:4:46  UNKNOWN_NAME  Query.r has a body that reads "b" of a list.\n    Write "[*].b" for each item’s, or "[0].b" for one’s.',
      expect.stringContaining('UNKNOWN_NAME  Query.h has a header with "headers.X-Y"'),
    ]);
  });

  it('is reported for templates and expressions that do not parse', () => {
    expect(
      problemsOf(`type Query {
  a(x: ID!): Int @rest(GET: "/a/{+x}")
  b: Int @rest(GET: "/b", select: "a..b")
  c: Int @request(topic: "a b")
  d: D @rest(GET: "/d")
}
type D { e: Int @map(from: "nope(") }`).map((problem) => problem.split('\n')[0]),
    ).toEqual([
      'shop.graphql:7:17  INVALID_EXPRESSION  D.e has a @map that is not JMESPath: Invalid token (EOF): "".',
      'shop.graphql:2:29  INVALID_TEMPLATE  Query.a has a path that cannot be used: the operator "+" would let a value leave its place; take it off, and the value is encoded.',
      'shop.graphql:3:35  INVALID_EXPRESSION  Query.b has a select that is not JMESPath: something is missing after a dot, a bracket or an operator.',
      expect.stringContaining(
        'shop.graphql:4:26  INVALID_TEMPLATE  Query.c has a topic that cannot be used: a topic holds no white space',
      ),
    ]);
  });

  it.each([
    ['type Query { a: Int @rest }', 'Query.a names no method: @rest takes exactly one.'],
    ['type Query { a: Int @rest(GET: "/a", POST: "/b") }', 'Query.a names GET and POST: @rest takes exactly one.'],
    ['type Query { a: Int @rest(GET: "/a", body: "args") }', 'Query.a gives a GET call a body.'],
    ['type Query { a: Int @rest(GET: "/a") @request(topic: "a") }', 'Query.a has @rest and @request.'],
    [
      'type Query { a: Int @rest(GET: "/a", headers: [{ name: "Host", value: "x" }]) }',
      'Query.a sets the header "Host"',
    ],
    ['type Query { a: Int @publish(topic: "a") }', 'only a field of Mutation may do'],
    ['type Query { a: Int @subscribe(topic: "a") }', 'only a field of Subscription may do'],
    ['type Query { a: Int @function(name: "a/../b") }', 'Query.a names the function "a/../b".'],
    ['type Query { a: Int @function(name: "a", async: true) }', 'invokes a function without waiting for its answer'],
    [
      'type Query { a: Int @function(name: "a") } type Subscription { s: Int @function(name: "s") }',
      'Subscription.s is a stream, which @function cannot give.',
    ],
    [
      'type Query { a: [Int] @rest(POST: "/a", paginate: { by: PAGE }) }',
      'Query.a has pages, but is not a GET call for one parent.',
    ],
    [
      'type Query { a: [Int] @rest(GET: "/a", paginate: { by: CURSOR }) }',
      'Query.a has pages by cursor, but no `next`.',
    ],
    [
      'type Query { a(first: Int): [Int] @rest(GET: "/a{?first}", paginate: { by: PAGE }) }',
      'Query.a has pages, and sends "first" too.',
    ],
    [
      'type Query { a: [Int] @rest(GET: "/a?page=1", paginate: { by: PAGE }) }',
      'Query.a has pages by "page", which its path sets as well.',
    ],
    [
      'type Query { a(first: Int, after: String): C @rest(GET: "/a", paginate: { by: PAGE }) } type C { nodes: [Int] extra: Int }',
      'Query.a has pages, of which C.extra is not known.',
    ],
    [
      'type Query { a: C @rest(GET: "/a", paginate: { by: PAGE }) } type C { nodes: [Int] }',
      'Query.a is a connection without the arguments `first` and `after`.',
    ],
    [
      'type Query { a(first: Int, after: String): C @rest(GET: "/a", paginate: { by: LINK }) } type C { nodes: [Int] }',
      'Query.a is a connection by links, but no `param` says where in them the cursor is.',
    ],
    [
      'type Query { a: Int @rest(GET: "/a") } type Mutation { b: [Int] @rest(GET: "/b", paginate: { by: PAGE }) }',
      'Mutation.b has pages, which only fields of Query and of object types have.',
    ],
    [
      'type Query { a: [Int] @rest(GET: "/a", paginate: { by: PAGE, pageSize: 0 }) }',
      'Query.a has a paginate whose numbers are too small.',
    ],
    [
      'type Query { a: [Int] @rest(GET: "/a", paginate: { by: PAGE, total: "][" }) }',
      'Query.a has a paginate.total that is not JMESPath',
    ],
    [
      'type Query { a: Int @rest(POST: "/a", body: "args", bodyFormat: NONE) }',
      'Query.a has a body and the bodyFormat NONE.',
    ],
    [
      'type Query { a: Int @rest(GET: "/a") } type Subscription { s: Int @request(topic: "s") }',
      'which @request cannot give.',
    ],
    ['type Query { a: Int @rest(GET: "/a") b: Int }', 'Query.b has no call'],
    ['type Query { a: Int @rest(GET: "/a") @map(from: "x") }', 'Query.a has a call of its own'],
    ['type Query { i: I @rest(GET: "/i") } interface I { a: Int @rest(GET: "/a") }', 'I.a belongs to an interface'],
    ['type Query { i: I @rest(GET: "/i") } interface I { a: Int @map(from: "a") }', 'I.a is a field of an interface.'],
    ['type Query { a: A @rest(GET: "/a") } type A @rest(GET: "/a") { b: Int }', 'A has a call but no key'],
    [
      'type Query { a: A @rest(GET: "/a") } type A @key(fields: "id") { id: ID! n: Int }',
      'A.n cannot be fetched by a key of A',
    ],
    [
      'type Query { a: A @rest(GET: "/a") } type A @key(fields: "id") @rest(GET: "/a") { id: ID! n: Int }',
      'A is fetched by its key, but the call does not carry the key.',
    ],
    [
      'type Query { a: A @request(topic: "a") } type A @key(fields: "id") @request(topic: "b", payload: "{ n: `1` }") { id: ID! n: Int }',
      'A is fetched by its key, but the call does not carry the key.',
    ],
    [
      'type Query { a: A @function(name: "a") } type A @key(fields: "id") @function(name: "b", payload: "claims") { id: ID! n: Int }',
      'A is fetched by its key, but the call does not carry the key.',
    ],
    [
      'type Query { a: A @rest(GET: "/a") } type A @key(fields: "id") @rest(POST: "/a", body: "{ n: `1` }") { id: ID! n: Int }',
      'A is fetched by its key, but the call does not carry the key.',
    ],
    [
      'type Query { a: Int @request(topic: "a") } type Mutation { b(id: ID!): Int @publish(topic: "b") }',
      'Mutation.b has no answer but the event that is sent, which is an object.',
    ],
    [
      'type Query { a: Int @request(topic: "a") } type Mutation { b(id: ID!): E @publish(topic: "b", payload: "{ key: args.id }") } type E { id: ID! }',
      'E.id is read as "id", which { … } does not have',
    ],
    [
      'type Query { a: Int @function(name: "a") } type Mutation { b(id: ID!): E @function(name: "b", async: true) } type E { n: Int }',
      'E.n is read as "n", which the event of Mutation.b does not have',
    ],
    ['type Query { a: Int @rest(GET: "/a", batch: { match: "a" }) }', 'Query.a is a root field'],
    [
      'type Query { a: A @rest(GET: "/a") } type A @key(fields: "id") @rest(GET: "/a{?id*}", batch: { max: 0, match: "id" }) { id: ID! n: Int }',
      'A has batch.max 0.',
    ],
    [
      'type Query { a: A @rest(GET: "/a") } type A @key(fields: "id") @rest(GET: "/a{?id*}", batch: { match: "n" }) { id: ID! n: Int }',
      'batch.match that names "n", which is no field of a key',
    ],
    [
      'type Query { a: A @rest(GET: "/a") } type A @key(fields: "id") @request(topic: "a.{id}", batch: { match: "id" }) { id: ID! n: Int }',
      'a topic with "id", which is a list',
    ],
    [
      'type Query { a: Int @rest(GET: "/a", source: "b") }',
      'Query.a calls the source "b", which the schema does not name.',
    ],
    [
      'extend schema @source(name: "b", naming: SNAKE_CASE) type Query { a: Int @rest(GET: "/a") }',
      'The source "b" has a naming of its own.',
    ],
    [
      'type Query { a(page: Int): [Int] @rest(GET: "/a{?page}", paginate: { by: PAGE }) }',
      'Query.a has pages by "page", which its path sets as well.',
    ],
    ['type Query { a: Int @rest(GET: "/a", bodyFormat: FORM) }', 'Query.a has the bodyFormat FORM, but no body.'],
    [
      'type Query { a: Int @rest(GET: "/a", headers: [{ name: "Content-Type", value: "application/json" }]) }',
      'Query.a sets the header "content-type" to "application/json", which its body is not.',
    ],
    [
      'type Query { a(x: Int): Int @rest(POST: "/a", headers: [{ name: "content-type", value: "text/xml" }]) }',
      'sets the header "content-type" to "text/xml", which its body is not.',
    ],
    [
      'extend schema @source(name: "b") @source(name: "b") type Query { a: Int @rest(GET: "/a") }',
      'The source "b" is set twice by @source.',
    ],
  ])('is reported in %s', (sdl, message) => {
    expect(problemsOf(sdl)).toEqual([expect.stringContaining(message)]);
  });

  it('is reported for a source that the config gives no URL', () => {
    const sdl = 'extend schema @source(name: "serch") type Query { a: Int @rest(GET: "/a", source: "serch") }';
    expect(read(sdl).problems).toEqual([]);
    expect(read(sdl, { sources: { search: 'http://search' } }).problems).toEqual([
      'shop.graphql:1:15  SOURCE_UNKNOWN  The source "serch" has no URL.\n    Did you mean "search"?',
    ]);
    expect(read(sdl, { sources: { serch: 'http://search', other: 'http://other' } }).problems).toEqual([
      expect.stringContaining('hint SOURCE_UNKNOWN  The config has a URL for the source "other"'),
    ]);
  });

  it.each([
    [
      'type Query { a(f: F): Int @rest(GET: "/a{?f.min}") } input F { min: Int }',
      '"f.min" is not a name, nor a path that begins with args, this, claims or headers: did you mean "args.f.min"?',
    ],
    [
      'type Query { a: A @rest(GET: "/a") } type A { id: ID! b: Int @rest(GET: "/b{?id}", batch: { max: 2, match: "id" }) }',
      'Give A a @key, or take `batch` off.',
    ],
    [
      'type Query { a(f: F): Int @rest(GET: "/a/{args.f.mi}") } input F { min: Int }',
      'with "args.f.mi", but "args.f" has no "mi".\n    Did you mean "args.f.min"?',
    ],
    [
      'type Query { a(f: F): Int @rest(GET: "/a/{f}") } input F { min: Int max: Int }',
      'which is an object.\n    Name a field of it: args.f.min, args.f.max.',
    ],
    [
      'type Query { a: Int @rest(GET: "/a", headers: [{ name: "x", value: "{headers.X-Foo}" }]) }',
      'with "headers.X-Foo", whose name is not in lower case.\n    Write "headers.x-foo".',
    ],
    [
      'type Query { a: A @rest(GET: "/a") } type A { id: ID! c: Int @rest(GET: "/c/{id}") b: Int @rest(GET: "/b/{c}") }',
      'with "c", which has a call of its own.\n    Name a field that the answer for the type holds.',
    ],
    [
      'type Query { a: A @rest(GET: "/a") } type A @key(fields: "ident") @rest(GET: "/a/{ident}") { id: ID! }',
      'The key "ident" of A names "ident", which A does not have here.',
    ],
    [
      'type Query { a: A @rest(GET: "/a") } type A @key(fields: "id {") @rest(GET: "/a/{id}") { id: ID! }',
      'The key "id {" of A is no field set.',
    ],
    [
      'extend schema @source(naming: SNAKE) type Query { a: Int @rest(GET: "/a") }',
      'Choose from: SNAKE_CASE, CAMEL_CASE.',
    ],
    [
      'type Query { a: [A] @rest(GET: "/a") } type A @key(fields: "id") @rest(GET: "/a/{id}", batch: { max: 3 }) { id: ID! }',
      'It takes { max: Int!, match: [String!]! }.',
    ],
  ])('is reported with what was meant or what to do: %s', (sdl, words) => {
    expect(read(sdl).problems).toEqual([expect.stringContaining(words)]);
  });

  it('is reported where its service has a URL that it cannot be called at', () => {
    const sdl = 'type Query { a: Int @rest(GET: "/a") b: Int @request(topic: "b") }';
    const found = (url: string) => read(sdl, { url }).problems.map((problem) => problem.split('\n')[0]);
    expect(found('https://shop')).toEqual([
      'shop.graphql:1:45  URL_MISSING_OR_WRONG  "Query.b" is called by @request, but the URL of its service has the scheme "https", and one of memory, mqtt, mqtts, nats, tls, amqp, amqps, redis, rediss, kafka, kafkas is expected.',
    ]);
    expect(found('shop')).toEqual([
      expect.stringContaining('"Query.a" is called by @rest, but the URL of its service is not a URL'),
      expect.stringContaining('"Query.b" is called by @request, but the URL of its service is not a URL'),
    ]);
    expect(read('type Query { a: Int }', { url: 'grpc://user:secret@shop:1' }).problems).toEqual([
      expect.stringMatching(
        /^URL_MISSING_OR_WRONG {2}Subgraph "shop" (?!.*secret).*"grpc".*graph\.subgraphs\.shop\.url/s,
      ),
    ]);
  });

  it('is reported once for all fields that one URL is wrong for', () => {
    const fields = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}: Int @rest(GET: "/${name}")`).join(' ');
    expect(read(`type Query { ${fields} q: Int @request(topic: "q") }`, { url: 'shop' }).problems).toEqual([
      expect.stringMatching(/"Query\.a" is called by @rest.* So are 4 more: "Query\.b", "Query\.c", "Query\.d", …\.\n/),
      expect.stringContaining('"Query.q" is called by @request'),
    ]);
  });

  it('is reported as no connection, and not as all that one lacks', () => {
    expect(read('type Query { a: A @rest(GET: "/a", paginate: { by: PAGE }) } type A { id: ID }').problems).toEqual([
      expect.stringContaining('has pages, but A is neither a list nor a connection'),
    ]);
  });

  it('is reported without a guess where no name is alike', () => {
    expect(read('type Query { a(q: Int): Int @rest(GET: "/a{?x}") }').problems).toEqual([
      expect.stringContaining('Choose from: q. Or make it an argument.'),
    ]);
  });

  it('is reported where its topic is a pattern and its broker has none', () => {
    const sdl =
      'type Query { a: Int @request(topic: "a") } type Subscription { b: Int @subscribe(topic: "b.*") c: Int @subscribe(topic: "c.d") }';
    const found = (url: string) => read(sdl, { url }).problems;
    expect(found('redis://host?streams=true')).toEqual([
      expect.stringMatching(/^shop.graphql:1:\d+ {2}TOPIC_PATTERN_UNSUPPORTED {2}"Subscription.b" listens to "b\.\*"/),
    ]);
    expect(found('redis://host')).toEqual([]);
  });

  it.each(['resolvers', 'stitched'] as const)('is any call in a subgraph of kind %s', (kind) => {
    const { problems } = read(
      'extend schema @source(naming: SNAKE_CASE) type Query { a: Int @rest(GET: "/a") b: B } type B { c: Int @map(from: "c") }',
      { kind },
    );
    expect(problems.map((problem) => problem.split('  ')[1])).toEqual([
      'BINDING_MISPLACED',
      'BINDING_MISPLACED',
      'BINDING_MISPLACED',
    ]);
  });

  it('is a @map in a GraphQL service', () => {
    expect(problemsOf('type Query { a: A } type A { b: Int @map(from: "c") }')).toEqual([
      expect.stringContaining(
        '@map says how a service is called, but "shop" is a GraphQL service: no field has a call.',
      ),
    ]);
  });
});

describe('an entity', () => {
  it('needs no call where all it has is its key, external, or called for by itself', () => {
    expect(
      problemsOf(`type Query { p: P @rest(GET: "/p") }
        type P @key(fields: "id") { id: ID! x: Int @external n: Int @requires(fields: "x") @rest(GET: "/n/{id}") }
        type Q @key(fields: "id", resolvable: false) { id: ID! m: Int }`),
    ).toEqual([]);
  });
});
