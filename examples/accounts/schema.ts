/** What the accounts service tells federation gateways of itself (`_service { sdl }`). */
export const serviceSdl = /* GraphQL */ `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@authenticated", "@requiresScopes"])

  type Query {
    me: User @authenticated
    user(id: ID!): User
    users(limit: Int = 20): [User!]!
  }

  type User @key(fields: "id") {
    id: ID!
    name: String!
    username: String!
    email: String @requiresScopes(scopes: [["users:email"]])
    memberSince: String!
  }
`;

/** The same as this process executes it: without federation's directives, with its entry points. */
export const executableSdl = /* GraphQL */ `
  type Query {
    me: User
    user(id: ID!): User
    users(limit: Int = 20): [User!]!
    _service: _Service!
    _entities(representations: [_Any!]!): [_Entity]!
  }

  type User {
    id: ID!
    name: String!
    username: String!
    email: String
    memberSince: String!
  }

  type _Service {
    sdl: String
  }

  union _Entity = User

  scalar _Any
`;
