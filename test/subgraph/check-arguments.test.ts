import { expect, it } from 'vitest';
import { read } from './reading.ts';

const hintsOf = (fields: string) =>
  read(`type Query { q: Int @rest(GET: "/q") } type Mutation { ${fields} } input In { a: Int }`).problems;

it.each([
  'm(x: Int, y: Int): Int @rest(GET: "/m/{x}{?y}")',
  'm(x: Int, y: In): Int @rest(GET: "/m/{args.x}{?args.y.a}")',
  'm(x: Int): Int @rest(GET: "/m", headers: [{ name: "x", value: "{x}" }])',
  'm(x: Int, y: Int): Int @rest(POST: "/m/{x}")',
  'm(x: Int, input: In): Int @rest(POST: "/m/{x}")',
  'm(x: Int, y: Int): Int @rest(POST: "/m", body: "args")',
  'm(x: Int): Int @rest(POST: "/m", body: "{ a: args.x }")',
  'm(x: Int): Int @function(name: "m")',
  'm(x: Int): Boolean @publish(topic: "m", payload: "claims.sub", key: "args.x")',
])('is silent where all arguments are sent: %s', (field) => {
  expect(hintsOf(field)).toEqual([]);
});

it.each([
  ['m(x: Int, y: Int): Int @rest(GET: "/m/{x}")', 'y', '(`{?y}`) or a header'],
  ['m(x: In): Int @rest(GET: "/m")', 'x', '(`{?args.x.a}`) or a header'],
  ['m(x: Int): Int @rest(DELETE: "/m")', 'x', '(`{?x}`) or a header'],
  ['m(x: Int, input: In): Int @rest(POST: "/m")', 'x', 'into `body` as `args.x`'],
  ['m(x: Int): Int @rest(POST: "/m", bodyFormat: NONE)', 'x', 'into `body`'],
  ['m(x: Int, y: Int): Int @rest(POST: "/m", body: "{ a: args.x }")', 'y', 'into `body`'],
  ['m(x: Int): Int @function(name: "m", payload: "{ a: claims.sub }")', 'x', 'into `payload`'],
])('hints at an argument that goes nowhere: %s', (field, name, remedy) => {
  expect(hintsOf(field)).toEqual([
    expect.stringMatching(
      new RegExp(
        `^shop\\.graphql:1:\\d+  hint ARGUMENT_UNUSED  Mutation\\.m has the argument "${name}", which its call does not send\\.`,
      ),
    ),
  ]);
  expect(hintsOf(field)[0]).toContain(remedy);
});

it('says nothing more where a name is written wrong, or where pages take the argument', () => {
  expect(hintsOf('m(sku: Int): Int @rest(GET: "/m/{skuu}")')).toEqual([expect.stringContaining('UNKNOWN_NAME')]);
  const { problems } = read('type Query { q(limit: Int): [Int!] @rest(GET: "/q", paginate: { by: PAGE, size: "n" }) }');
  expect(problems).toEqual([]);
});
