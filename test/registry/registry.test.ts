import { readFile, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { ProblemsError } from '../../src/errors/problem.ts';
import type { Log } from '../../src/observability/log.ts';
import { compose, createStoreFile, input, testRegistry, token } from './test-registry.ts';

const users = 'type Query { me: User } type User @key(fields: "id") { id: ID! name: String }';
const reviews = 'type User @key(fields: "id") { id: ID! reviews: [String!] }';

describe('publishing', () => {
  it('composes, stores and serves a version, and says what changes for clients', async () => {
    const { publish, call, live } = testRegistry();
    expect(await publish('users', users, { by: 'ada' })).toMatchObject({
      status: 200,
      body: { status: 'published', subgraph: 'users', version: 1, graphVersion: 1, changes: [] },
    });
    const second = await publish('reviews', reviews);
    expect(second.body).toMatchObject({
      version: 1,
      graphVersion: 2,
      changes: [{ severity: 'safe', code: 'FIELD_ADDED', message: 'Field User.reviews was added.' }],
    });
    expect(live).toEqual([1, 2]);
    expect((await call('/supergraph')).body).toMatchObject({
      graphVersion: 2,
      supergraph: expect.stringContaining('reviews: [String!] @join__field(graph: REVIEWS)'),
    });
    expect((await call('/subgraphs')).body).toMatchObject({
      graphVersion: 2,
      subgraphs: [
        { name: 'reviews', version: 1, url: 'http://reviews', publishedBy: 'unknown' },
        { name: 'users', version: 1, url: 'http://users', publishedBy: 'ada' },
      ],
    });
  });

  it('says "unchanged" for what is already there', async () => {
    const { publish, live } = testRegistry();
    await publish('users', users);
    expect((await publish('users', users)).body).toEqual({
      status: 'unchanged',
      subgraph: 'users',
      version: 1,
      graphVersion: 1,
    });
    expect(live).toEqual([1]);
  });

  it('keeps the URL of a subgraph that is published without one, and takes a new one', async () => {
    const { publish, call } = testRegistry();
    await publish('users', users);
    await publish('users', `${users} extend type User { age: Int }`, { url: undefined });
    expect((await call('/subgraphs')).body['subgraphs']).toMatchObject([{ version: 2, url: 'http://users' }]);
    await publish('users', `${users} extend type User { age: Int }`, { url: 'http://elsewhere' });
    expect((await call('/subgraphs')).body['subgraphs']).toMatchObject([{ version: 3, url: 'http://elsewhere' }]);
  });

  it('refuses a broken schema with every problem explained, and changes nothing', async () => {
    const { publish, call, live } = testRegistry();
    await publish('users', users);
    const { status, body } = await publish(
      'reviews',
      'type User @key(fields: "id") { id: Int! name: Int @shareable }',
      {
        by: 'eve',
      },
    );
    expect(status).toBe(422);
    expect(body).toMatchObject({ status: 'refused', subgraph: 'reviews' });
    const problems = body['problems'] as { code: string; places: { file: string }[] }[];
    expect(problems.map(({ code }) => code)).toContain('FIELD_TYPE_MISMATCH');
    expect(problems.flatMap(({ places }) => places.map(({ file }) => file))).toContain('reviews.graphql');
    expect(live).toEqual([1]);
    expect((await call('/supergraph')).body).toMatchObject({ graphVersion: 1 });
    expect((await call('/history')).body).toMatchObject({
      entries: [
        { action: 'refused', subgraph: 'reviews', by: 'eve', version: null, graphVersion: null, problems },
        { action: 'published', subgraph: 'users', version: 1, graphVersion: 1, problems: [] },
      ],
    });
  });

  it('withdraws a version that the gateway cannot serve, and never gives its number again', async () => {
    const problem = { severity: 'error', code: 'PORT_CLOSED', message: 'no way', places: [] } as const;
    let broken = true;
    const { publish, call } = testRegistry({
      onPublish: async () => {
        if (broken) throw new ProblemsError([problem]);
      },
    });
    const refused = await publish('users', users);
    expect(refused).toMatchObject({ status: 422, body: { status: 'refused', problems: [problem] } });
    expect((await call('/supergraph')).status).toBe(404);
    expect((await call('/history')).body).toMatchObject({
      entries: [{ action: 'withdrawn' }, { action: 'published' }],
    });
    broken = false;
    expect((await publish('users', users)).body).toMatchObject({ status: 'published', version: 2, graphVersion: 2 });
  });

  it('masks why the gateway could not serve a version when that is a fault of its own', async () => {
    const { publish } = testRegistry({ onPublish: async () => Promise.reject(new Error('10.0.0.7 said no')) });
    const { status, body } = await publish('users', users);
    expect(status).toBe(422);
    expect(body['problems']).toMatchObject([{ code: 'REGISTRY_NOT_SERVED' }]);
    expect(JSON.stringify(body)).not.toContain('10.0.0.7');
  });

  it('puts concurrent publications in an order and loses none', async () => {
    const { publish, call, live } = testRegistry();
    await publish('users', users);
    const fields = ['a', 'b', 'c', 'd', 'e'];
    const answers = await Promise.all(
      fields.map((field) => publish(field, `type User @key(fields: "id") { id: ID! ${field}: Int }`)),
    );
    expect(answers.map(({ body }) => body['graphVersion'])).toEqual([2, 3, 4, 5, 6]);
    expect(live).toEqual([1, 2, 3, 4, 5, 6]);
    const { supergraph } = (await call('/supergraph')).body as { supergraph: string };
    for (const field of fields)
      expect(supergraph).toContain(`${field}: Int @join__field(graph: ${field.toUpperCase()})`);
  });

  it('composes again when another process has published to the same store meanwhile', async () => {
    const store = await createStoreFile();
    const there = testRegistry({ store });
    let interrupted = false;
    const here = testRegistry({ store });
    await here.publish('users', users);
    const racing = testRegistry({
      store,
      compose: async (inputs) => {
        if (!interrupted && inputs.length === 2) {
          interrupted = true;
          await there.publish('stock', 'type User @key(fields: "id") { id: ID! stock: Int }');
        }
        return compose(inputs);
      },
    });
    expect((await racing.publish('reviews', reviews)).body).toMatchObject({ status: 'published', graphVersion: 3 });
    const { supergraph } = (await racing.call('/supergraph')).body as { supergraph: string };
    expect(supergraph).toContain('stock: Int @join__field(graph: STOCK)');
    expect(supergraph).toContain('@join__field(graph: REVIEWS)');
  });

  it.each([
    [undefined, 'is missing'],
    ['ftp://users', 'has the scheme "ftp"'],
    ['http://169.254.169.254/latest', 'is a link-local or cloud metadata address'],
    ['http://[fd00:ec2::254]/', 'is a link-local or cloud metadata address'],
    ['http://0xa9fea9fe/', 'is a link-local or cloud metadata address'],
    ['grpc://2852039166:80', 'is a link-local or cloud metadata address'],
    ['http://Metadata.Google.Internal./', 'is a link-local or cloud metadata address'],
  ])('refuses the URL %s', async (url, reason) => {
    const { status, body } = await testRegistry().publish('users', users, { url });
    expect(status).toBe(422);
    expect(body['problems']).toMatchObject([
      { code: 'REGISTRY_URL_INVALID', message: expect.stringContaining(reason) },
    ]);
  });
});

describe('checking', () => {
  it('says what publishing would change, the worst first, and stores nothing', async () => {
    const { publish, check, call } = testRegistry();
    await publish('users', `${users} enum Role { ADMIN } extend type Query { role: Role }`);
    const { status, body } = await check(
      'users',
      'type Query { me: User role: Role } type User @key(fields: "id") { id: ID! age: Int } enum Role { ADMIN GUEST }',
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'composes',
      subgraph: 'users',
      graphVersion: 1,
      changes: [
        { severity: 'breaking', code: 'FIELD_REMOVED' },
        { severity: 'dangerous', code: 'VALUE_ADDED_TO_ENUM' },
        { severity: 'safe', code: 'FIELD_ADDED' },
      ],
    });
    expect((await call('/history')).body['entries']).toHaveLength(1);
  });

  it('explains what does not compose', async () => {
    const { status, body } = await testRegistry().check('users', 'type Query { me: Usr }');
    expect(status).toBe(422);
    expect(body).toMatchObject({ status: 'refused', problems: [{ severity: 'error' }] });
  });
});

describe('the store', () => {
  it('is seeded once by the config, when it is empty', async () => {
    const store = await createStoreFile();
    const first = testRegistry({ store });
    expect(await first.registry.seed([])).toBeUndefined();
    const seeded = await first.registry.seed([input('users', users)]);
    expect(seeded?.version).toMatchObject({ number: 1, subgraphs: [input('users', users)] });
    await first.publish('reviews', reviews);
    await first.registry.close();
    const second = testRegistry({ store });
    const restarted = await second.registry.seed([input('users', 'type Query { other: Int }')]);
    expect(restarted?.version.number).toBe(2);
    expect(restarted?.version.subgraphs.map(({ name }) => name)).toEqual(['reviews', 'users']);
    expect((await second.call('/history')).body['entries']).toMatchObject([
      { action: 'published', subgraph: 'reviews' },
      { action: 'seeded', subgraph: 'users', by: 'config' },
    ]);
  });

  it('says at the start whose schemas in the config are not those that it serves', async () => {
    const store = await createStoreFile();
    const logged: (readonly [string, unknown])[] = [];
    const log: Log = (_level, message, fields) => void logged.push([message, fields]);
    const first = testRegistry({ store, log });
    await first.registry.seed([input('users', users), input('reviews', reviews)]);
    await first.registry.close();
    const second = testRegistry({ store, log });
    await second.registry.seed([input('users', users), input('reviews', reviews)]);
    expect(logged).toEqual([]);
    await second.registry.seed([input('users', `${users} # edited`), input('reviews', reviews)]);
    expect(logged).toEqual([
      [
        'The registry has other schemas than the config, and its own are served: publish to change them.',
        { subgraphs: ['users'] },
      ],
    ]);
  });

  it('is not seeded with what does not compose', async () => {
    const { registry } = testRegistry();
    await expect(registry.seed([input('users', 'type Query { me: Usr }')])).rejects.toThrow(ProblemsError);
    expect(registry.current()).toBeUndefined();
  });

  it('keeps how a subgraph that was seeded is fetched', async () => {
    const { registry, publish } = testRegistry();
    await registry.seed([{ ...input('users', users), kind: 'resolvers', url: undefined }]);
    await publish('users', `${users} extend type User { age: Int }`, { url: undefined });
    expect(registry.current()?.subgraphs).toMatchObject([{ name: 'users', kind: 'resolvers' }]);
  });

  it('is refused when it is no database', async () => {
    const store = await createStoreFile();
    await writeFile(store, 'This is a text, and long enough to be taken for the header of a file.');
    expect(() => testRegistry({ store: `sqlite:${store}` })).toThrow('the file is not an SQLite database');
  });

  it('is refused when it is damaged', async () => {
    const store = await createStoreFile();
    const { registry, publish } = testRegistry({ store: `sqlite:${store}` });
    await publish('users', users);
    await registry.close();
    const content = await readFile(store);
    await writeFile(store, content.fill(0xff, 4096, 4096 * 3));
    expect(() => testRegistry({ store: `sqlite:${store}` })).toThrow('it is damaged');
  });

  it('is refused when it belongs to another program or another format', async () => {
    const foreign = await createStoreFile();
    const database = new DatabaseSync(foreign);
    database.exec('CREATE TABLE a (b TEXT)');
    database.close();
    expect(() => testRegistry({ store: `sqlite:${foreign}` })).toThrow('the database of another program');
    const newer = await createStoreFile();
    const later = new DatabaseSync(newer);
    later.exec('CREATE TABLE a (b TEXT); PRAGMA user_version = 2');
    later.close();
    expect(() => testRegistry({ store: `sqlite:${newer}` })).toThrow('the format 2 of another version');
  });

  it('answers 503 while another process holds its lock, and goes on afterwards', async () => {
    const store = await createStoreFile();
    const { publish, call } = testRegistry({ store: `sqlite:${store}` });
    const other = new DatabaseSync(store);
    other.exec('BEGIN IMMEDIATE');
    const locked = await publish('users', users);
    expect(locked.status).toBe(503);
    expect(locked.headers.get('retry-after')).toBe('1');
    expect(locked.body).toMatchObject({
      error: { code: 'STORE_UNAVAILABLE', message: expect.stringContaining('lock') },
    });
    expect((await call('/subgraphs')).status).toBe(200);
    other.exec('ROLLBACK');
    other.close();
    expect((await publish('users', users)).body).toMatchObject({ status: 'published', graphVersion: 1 });
  });
});

describe('the HTTP API', () => {
  it.each([
    ['no token', '', 'wants a token'],
    ['another token', 'Bearer another-token-altogether', 'not valid'],
    ['another scheme', `Basic ${token}`, 'wants a token'],
  ])('answers 401 to %s, whatever is asked', async (_, authorization, message) => {
    const { call } = testRegistry();
    const { status, body, headers } = await call('/nothing/there', { a: 1 }, { authorization });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(body).toMatchObject({ error: { code: 'UNAUTHENTICATED', message: expect.stringContaining(message) } });
  });

  it.each([
    ['/nothing', undefined, {}, 404, 'NOT_FOUND'],
    ['/supergraph', undefined, {}, 404, 'NOT_FOUND'],
    ['/subgraphs', {}, {}, 405, 'METHOD_NOT_ALLOWED'],
    ['/history?subgrap=a', undefined, {}, 400, 'BAD_USER_INPUT'],
    ['/history?limit=all', undefined, {}, 400, 'BAD_USER_INPUT'],
    ['/subgraphs/a%2Fb/publish', { schema: [] }, {}, 400, 'BAD_USER_INPUT'],
    ['/subgraphs/a/publish', '{', {}, 400, 'BAD_USER_INPUT'],
    ['/subgraphs/a/publish', { schema: [] }, {}, 400, 'BAD_USER_INPUT'],
    ['/subgraphs/a/publish', { schema: [{ name: 'a\u001b[2J', text: '' }] }, {}, 400, 'BAD_USER_INPUT'],
    ['/subgraphs/a/publish', { schema: [{ name: 'a', text: '' }], ur: 'x' }, {}, 400, 'BAD_USER_INPUT'],
    ['/subgraphs/a/publish', {}, { 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('%s with %j is refused', async (path, body, headers, status, code) => {
    const answer = await testRegistry().call(path, body, headers);
    expect(answer).toMatchObject({ status, body: { error: { code } } });
  });

  it.each([
    [{}, 'schema: expected a list of 1 to 200 files, each { name, text }.'],
    [[], 'the body: expected { schema, protos, url, by }.'],
    [{ schema: ['type Query { a: Int }'] }, 'schema.0: expected { name, text }.'],
    [{ schema: [{ name: 'a' }] }, "schema.0.text: expected the file's text."],
    [
      { schema: [{ name: 'a', text: '' }], ur: 'x', url: 'a\nb' },
      'url: expected text of at most 2000 characters, and no control characters; the body: "ur" is not known here: expected { schema, protos, url, by }.',
    ],
  ])('says what of %j is no publication', async (body, message) => {
    const answer = await testRegistry().call('/subgraphs/a/publish', body, {});
    expect(answer.body['error']).toEqual({ code: 'BAD_USER_INPUT', message: `Not a publication: ${message}` });
  });

  it('stops reading a body of more than 5 MB', async () => {
    const { registry } = testRegistry();
    let pulled = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(new Uint8Array(1_000_000).fill(32));
      },
    });
    const init = {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body,
      duplex: 'half',
    };
    const response = await registry.handle(new Request('http://gateway/registry/v1/subgraphs/a/publish', init));
    expect(response.status).toBe(413);
    expect(pulled).toBeLessThan(10);
  });

  it('gives the history of one subgraph, newest first, as long as asked for', async () => {
    const { publish, call } = testRegistry();
    await publish('users', users);
    await publish('reviews', reviews);
    await publish('users', `${users} extend type User { age: Int }`);
    expect((await call('/history?subgraph=users')).body['entries']).toMatchObject([{ version: 2 }, { version: 1 }]);
    expect((await call('/history?limit=1')).body['entries']).toMatchObject([{ subgraph: 'users', version: 2 }]);
  });
});
