import { buildSchema } from 'graphql';
import { createDocuments } from '../../src/document/documents.ts';
import type { DocumentsOptions } from '../../src/document/documents.ts';
import { RequestErrors } from '../../src/errors/request-errors.ts';

export const apiSchema = buildSchema(`
  type Query { me: User  users(filter: Filter, ids: [ID!], first: Int = 10, size: Size, at: DateTime): [User!]! }
  type Mutation { rename(id: ID!, name: String!): User }
  type User { id: ID!  name: String  friends: [User!] }
  input Filter { name: String = "any"  size: Size = LARGE  and: [Filter!]  by: By }
  input By @oneOf { id: ID  name: String }
  enum Size { SMALL LARGE }
  scalar DateTime
`);

export function documents(options: Partial<DocumentsOptions> = {}) {
  return createDocuments({ apiSchema, introspection: true, suggestions: false, ...options });
}

/** What a refused request tells the client: code, message and first position of each error. */
export function refusal(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (!(error instanceof RequestErrors)) throw error;
    return error.errors.map(({ code, message, locations }) =>
      [code, message, locations?.[0] && `${locations[0].line}:${locations[0].column}`]
        .filter((part) => part !== undefined)
        .join(' | '),
    );
  }
  return [];
}
