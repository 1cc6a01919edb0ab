import { buildSchema, Kind, parse, print } from 'graphql';
import type { FragmentDefinitionNode, OperationDefinitionNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { CheckedOperation } from '../../src/model/operation.ts';
import type { Caller } from '../../src/model/request-context.ts';
import type { AccessRule } from '../../src/model/supergraph.ts';
import { authorizationKey, authorize } from '../../src/security/authorize.ts';

const apiSchema = buildSchema(`
  type Query { me: User  node: Node  search: [Hit!]!  price: Money  mood: Mood  post(id: ID!): Post }
  type Mutation { wipe: Boolean  rename(name: String): User }
  interface Node { id: ID!  owner: String }
  type User implements Node { id: ID!  owner: String  email: String!  name(upper: Boolean): String  post: Post }
  type Post implements Node { id: ID!  owner: String  author: User }
  type Secret implements Node { id: ID!  owner: String  code: Int }
  union Hit = Post | Secret
  scalar Money
  enum Mood { GOOD BAD }
`);
const signedIn: AccessRule = { authenticated: true, scopes: null };
const scoped = (...scopes: string[][]): AccessRule => ({ authenticated: false, scopes });

const anonymous: Caller = { kind: 'anonymous' };
const caller = (...scopes: string[]): Caller => ({ kind: 'authenticated', claims: {}, scopes: new Set(scopes) });

function check(text: string): CheckedOperation {
  const document = parse(text);
  const operation = document.definitions.find(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  const fragments = document.definitions.filter(
    (node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION,
  );
  if (operation === undefined) throw new Error('no operation');
  return { document, operation, fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])) };
}

/** What is left of the operation, on one line, and the reasons by the denied fields' response keys. */
function allow(rules: Readonly<Record<string, AccessRule>>, text: string, who: Caller = anonymous) {
  const operation = check(text);
  const { allowed, denied } = authorize(operation, { apiSchema, accessRules: new Map(Object.entries(rules)) }, who);
  return {
    left: allowed && print(allowed.document).replaceAll(/\s+/g, ' '),
    denied: Object.fromEntries([...denied].map(([field, reason]) => [field.alias?.value ?? field.name.value, reason])),
    same: allowed === operation,
  };
}

it('gives back the operation itself where nothing is protected, or all may be seen', () => {
  expect(allow({}, '{ me { id } }')).toEqual({ left: '{ me { id } }', denied: {}, same: true });
  expect(allow({ 'User.email': signedIn }, '{ me { id } }')).toMatchObject({ denied: {}, same: true });
  expect(allow({ 'User.email': signedIn }, '{ me { email } }', caller())).toMatchObject({ denied: {}, same: true });
});

it('cuts a protected field, under its alias too', () => {
  expect(allow({ 'User.email': signedIn }, '{ me { id mail: email } }')).toEqual({
    left: '{ me { id } }',
    denied: { mail: '"User.email" needs an authenticated caller.' },
    same: false,
  });
});

it('cuts every field that returns a protected type, and what is below it', () => {
  const reason = (coordinate: string) => `"${coordinate}" needs an authenticated caller.`;
  expect(allow({ User: signedIn }, '{ post(id: 1) { id author { id email } } me { id } }')).toMatchObject({
    left: '{ post(id: 1) { id } }',
    denied: { author: reason('Post.author'), me: reason('Query.me') },
  });
  expect(allow({ Money: signedIn, Mood: signedIn }, '{ price mood __typename }')).toMatchObject({
    left: '{ __typename }',
    denied: { price: reason('Query.price'), mood: reason('Query.mood') },
  });
});

it('cuts the fields of a protected type behind an abstract one, and keeps its name', () => {
  const text = '{ search { __typename ... on Post { id } ... on Secret { __typename code } ... on Secret { id } } }';
  expect(allow({ Secret: signedIn }, text)).toMatchObject({
    left: '{ search { __typename ... on Post { id } ... on Secret { __typename } ... on Secret { __typename } } }',
    denied: { code: '"Secret.code" needs an authenticated caller.', id: '"Secret.id" needs an authenticated caller.' },
  });
});

it('asks for __typename where no field of an object is left', () => {
  expect(allow({ 'User.email': signedIn }, '{ me { email } }')).toMatchObject({ left: '{ me { __typename } }' });
  expect(allow({ 'User.email': signedIn }, '{ me { ... on User { email } } }')).toMatchObject({
    left: '{ me { __typename } }',
  });
});

it('leaves nothing where all root fields are denied', () => {
  expect(allow({ Query: signedIn }, '{ me { id } }')).toMatchObject({
    left: null,
    denied: { me: '"Query.me" needs an authenticated caller.' },
  });
  expect(allow({ 'Mutation.wipe': signedIn }, 'mutation { wipe }')).toMatchObject({ left: null });
});

it('cuts a mutation before it runs and leaves the others', () => {
  expect(
    allow({ 'Mutation.wipe': scoped(['admin']) }, 'mutation { wipe rename(name: "a") { id } }', caller('user')),
  ).toMatchObject({
    left: 'mutation { rename(name: "a") { id } }',
    denied: { wipe: '"Mutation.wipe" needs the scope "admin".' },
  });
});

it('cuts fragments, and leaves out fragments and variables that nothing uses any more', () => {
  const text = `
    query ($upper: Boolean, $id: ID!, $skip: Boolean!) { me { ...Private id @skip(if: $skip) } post(id: $id) { ...Empty id } }
    fragment Private on User { email ...Name }
    fragment Name on User { name(upper: $upper) }
    fragment Empty on Post { author { id } }`;
  expect(allow({ 'User.email': signedIn, 'Post.author': signedIn, 'User.name': signedIn }, text)).toMatchObject({
    left: 'query ($id: ID!, $skip: Boolean!) { me { id @skip(if: $skip) } post(id: $id) { id } }',
    denied: { email: expect.any(String), name: expect.any(String), author: expect.any(String) },
  });
  expect(allow({ 'User.email': signedIn }, text).left).toBe(
    'query ($upper: Boolean, $id: ID!, $skip: Boolean!) { me { ...Private id @skip(if: $skip) } post(id: $id) { ...Empty id } } ' +
      'fragment Private on User { ...Name } fragment Name on User { name(upper: $upper) } fragment Empty on Post { author { id } }',
  );
});

it('keeps the name of a type behind an abstract one, of whose fragment nothing is left', () => {
  const rules = { 'User.email': signedIn };
  const text =
    '{ node { id ... on User { email } ...Private @include(if: true) } me { ... on User { email } } } fragment Private on User { email }';
  expect(allow(rules, text).left).toBe(
    '{ node { id ... on User { __typename } ... on User @include(if: true) { __typename } } me { __typename } }',
  );
});

describe('through an interface', () => {
  it("denies a field that one of the interface's types protects", () => {
    expect(allow({ 'Secret.owner': signedIn }, '{ node { id owner ... on Post { owner } } }')).toMatchObject({
      left: '{ node { id ... on Post { owner } } }',
      denied: { owner: '"Node.owner" needs an authenticated caller.' },
    });
  });

  it("denies all fields when one of the interface's types is protected, but not those of the others", () => {
    expect(allow({ Secret: scoped(['s']) }, '{ node { id ... on Post { id } } }', caller('t'))).toMatchObject({
      left: '{ node { ... on Post { id } } }',
      denied: { id: '"Node.id" needs the scope "s".' },
    });
  });

  it('denies by the rule of the interface itself', () => {
    expect(allow({ Node: signedIn }, '{ node { id } me { id } }')).toMatchObject({ left: '{ me { id } }' });
  });
});

describe('scopes', () => {
  const rules = { 'Query.me': scoped(['read', 'me'], ['admin']), 'Query.mood': scoped() };
  const isAllowed = (who: Caller) => allow(rules, '{ me { id } }', who).same;

  it('are lists of which one must be held whole', () => {
    expect(isAllowed(caller('read'))).toBe(false);
    expect(isAllowed(caller('read', 'me'))).toBe(true);
    expect(isAllowed(caller('admin'))).toBe(true);
    expect(isAllowed(anonymous)).toBe(false);
  });

  it('are named in the reason', () => {
    expect(allow(rules, '{ me { id } mood }', caller()).denied).toEqual({
      me: '"Query.me" needs the scopes "read" and "me", or "admin".',
      mood: '"Query.mood" may be seen by nobody.',
    });
  });

  it('are never held without a token, not even an empty list', () => {
    expect(allow({ 'Query.mood': scoped([]) }, '{ mood }')).toMatchObject({
      left: null,
      denied: { mood: '"Query.mood" needs an authenticated caller.' },
    });
    expect(allow({ 'Query.mood': scoped([]) }, '{ mood }', caller()).same).toBe(true);
    expect(allow({ 'Query.mood': scoped() }, '{ mood }', caller('x')).left).toBeNull();
  });

  it('and authentication are both needed where both are asked for', () => {
    expect(allow({ User: scoped(['a']), 'User.email': scoped(['b']) }, '{ me { email } }', caller('a')).left).toBe(
      '{ me { __typename } }',
    );
    expect(allow({ User: scoped(['a']), 'User.email': scoped(['b']) }, '{ me { email } }', caller('a', 'b')).same).toBe(
      true,
    );
  });
});

it('never denies introspection', () => {
  expect(allow({ Query: signedIn }, '{ __schema { types { name } } me { id } }')).toMatchObject({
    left: '{ __schema { types { name } } }',
  });
});

describe('the key of what a caller may see', () => {
  const accessRules = new Map([
    ['User', signedIn],
    ['Query.me', signedIn],
    ['Post', scoped(['a'])],
    ['Secret', scoped(['a'])],
    ['Money', scoped(['b'], ['a'])],
  ]);
  const key = (who: Caller) => authorizationKey({ apiSchema, accessRules }, who);

  it('is the same for callers who may see the same', () => {
    expect(key(caller('a', 'z'))).toBe(key(caller('a', 'b')));
    expect(key(caller('x'))).toBe(key(caller()));
    expect(new Set([key(anonymous), key(caller()), key(caller('a')), key(caller('b'))]).size).toBe(4);
  });

  it('has one sign for each distinct rule', () => {
    expect(key(caller('b'))).toBe('101');
    expect(authorizationKey({ apiSchema, accessRules: new Map() }, anonymous)).toBe('');
  });
});
