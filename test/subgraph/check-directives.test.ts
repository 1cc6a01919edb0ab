import { describe, expect, it } from 'vitest';
import { read } from './reading.ts';

const problemsOf = (sdl: string) => read(sdl).problems;

describe('a use of a directive', () => {
  it('is refused where there is no such directive, with the one that was meant', () => {
    expect(problemsOf('type Query { a: Int @rst(GET: "/a") }')).toEqual([
      'shop.graphql:1:21  INVALID_GRAPHQL  Unknown directive @rst.\n    Did you mean "@rest"?',
    ]);
    expect(problemsOf('type Query { a: Int @somethingElse }')).toEqual([
      'shop.graphql:1:21  INVALID_GRAPHQL  Unknown directive @somethingElse.\n    Define it in the schema, or take it off.',
    ]);
  });

  it.each(['policy', 'idempotent', 'hedge', 'circuitBreaker', 'fallback', 'rateLimit', 'cacheControl'])(
    'is refused for @%s, which is not built yet',
    (name) => {
      expect(problemsOf(`type Query { a: Int @${name} }`)).toEqual([
        `shop.graphql:1:21  INVALID_GRAPHQL  Unknown directive @${name}: this version of Selvedge does not have it.\n    Take it off; or define it in the schema, if it is a directive of your own.`,
      ]);
    },
  );

  it('is refused for one that is not built yet under any name it is imported by', () => {
    expect(
      problemsOf(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{ name: "@policy", as: "@rule" }])
        type Query { a: Int @rule(policies: [["x"]]) b: Int @federation__policy(policies: []) }`),
    ).toEqual([
      expect.stringContaining('Unknown directive @rule: this version'),
      expect.stringContaining('@federation__policy: this version'),
    ]);
  });

  it('is refused for arguments that are unknown, missing, doubled or of the wrong type', () => {
    const problems = problemsOf(`type Query {
  a: Int @rest(GET: "/a", selct: "x")
  b: Int @rest(GET: 5)
  c: Int @rest(GET: "/c", GET: "/d")
  d: Int @grpc
  e: Int @rest(GET: "/e", batch: { max: "1", match: "a", mach: 2 })
}
extend schema @source(naming: SNAKE)`);
    expect(problems).toEqual([
      'shop.graphql:2:27  INVALID_GRAPHQL  @rest has no argument "selct".\n    Did you mean "select"?',
      'shop.graphql:3:21  INVALID_GRAPHQL  @rest(GET:) is wrong: String cannot represent a non string value: 5\n    It takes String.',
      'shop.graphql:4:27  INVALID_GRAPHQL  @rest is given "GET" twice.\n    Keep one.',
      'shop.graphql:5:10  INVALID_GRAPHQL  @grpc needs the argument "method".\n    Write @grpc(method: …).',
      expect.stringContaining('shop.graphql:6:34  INVALID_GRAPHQL  @rest(batch:) is wrong: '),
      expect.stringContaining('"mach"'),
      expect.stringContaining('shop.graphql:8:31  INVALID_GRAPHQL  @source(naming:) is wrong: Value "SNAKE"'),
    ]);
  });

  it('is refused where the directive cannot stand, or stands twice', () => {
    const problems = problemsOf(`type Query { a: Int @rest(GET: "/a") }
enum E @rest(GET: "/") { A }
input I { a: Int @timeout(ms: 5) }
type T @timeout(ms: 5) @timeout(ms: 6) { a(b: Int @grpc(method: "b")): Int }`);
    expect(problems).toEqual([
      'shop.graphql:2:8  INVALID_GRAPHQL  @rest cannot stand on an enum.\n    It stands on: a field, an object type.',
      'shop.graphql:3:18  INVALID_GRAPHQL  @timeout cannot stand on an input field.\n    It stands on: the schema, an object type, an interface, a field.',
      'shop.graphql:4:24  INVALID_GRAPHQL  @timeout stands twice in one place.\n    Keep one.',
      'shop.graphql:4:51  INVALID_GRAPHQL  @grpc cannot stand on an argument.\n    It stands on: a field, an object type.',
    ]);
  });
});
