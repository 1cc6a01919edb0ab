import { expect, it } from 'vitest';
import { json, startTestServer } from '../sources/http/test-server.ts';
import { openTestGateway } from './test-gateway.ts';

it('refuses what is against a constraint before any service is called', async () => {
  const server = await startTestServer((_, response) => json(response, { id: 1 }));
  const { ask } = await openTestGateway({
    subgraphs: {
      shop: {
        url: server.url,
        sdl: `type Query { ok: Int @rest(GET: "/ok") }
          type Mutation { add(input: New!): Thing @rest(POST: "/things") }
          input New { name: String! @constraint(minLength: 2), email: String @constraint(format: "email") }
          type Thing { id: ID! }`,
      },
    },
  });
  const add = 'mutation ($input: New!) { add(input: $input) { id } }';
  expect(await ask(add, { input: { name: 'x', email: 'a@b.cc' } })).toMatchObject({
    status: 400,
    body: {
      errors: [
        {
          message: '"$input.name" is shorter than 2 characters.',
          extensions: { code: 'BAD_USER_INPUT', constraint: 'minLength' },
        },
      ],
    },
  });
  expect(server.received).toEqual([]);
  expect((await ask(add, { input: { name: 'xy', email: 'a@b.cc' } })).body).toEqual({ data: { add: { id: '1' } } });
});
