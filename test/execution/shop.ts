import { testGraph, type TestGraph, type TestService } from './test-graph.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@external", "@shareable"])';

export const usersSdl = `${link}
  type Query { me: User  users: [User!]!  maybe: [User] }
  type User @key(fields: "id") { id: ID!  name: String!  nick: String  age: Int  mood: Mood }
  enum Mood { GLAD SAD }`;

const reviewsSdl = `${link}
  type User @key(fields: "id") { id: ID!  reviews: [Review!]  score: Int! }
  type Review { text: String!  author: User }`;

const users = ['1', '2', '3'].map((id) => ({ id, name: `n${id}`, nick: null, age: 7, mood: 'GLAD' }));

/** Users in one service, their reviews in another; user 2 writes about user 1. */
export function shop(
  changes: { readonly users?: Partial<TestService>; readonly reviews?: Partial<TestService> } = {},
): TestGraph {
  return testGraph({
    users: {
      sdl: usersSdl,
      resolvers: { Query: { me: () => users[0], users: () => users, maybe: () => [users[0], null, users[1]] } },
      entities: { User: ({ id }) => users.find((user) => user.id === id) },
      ...changes.users,
    },
    reviews: {
      sdl: reviewsSdl,
      entities: { User: ({ id }) => ({ id, score: 5, reviews: [{ text: `t${String(id)}`, author: { id: '1' } }] }) },
      ...changes.reviews,
    },
  });
}
