import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import type { Engine } from '../../src/gateway/engine.ts';
import { Generations } from '../../src/gateway/generations.ts';
import { handleOperation } from '../../src/gateway/handle-operation.ts';
import { createRequestIds } from '../../src/gateway/request-ids.ts';
import { Cancellation } from '../../src/model/cancellation.ts';
import type { OperationAnswer } from '../../src/model/http.ts';
import { json, startTestServer } from '../sources/http/test-server.ts';
import { type LogLine, openTestGateway } from './test-gateway.ts';

const operation = {
  query: '{ a }',
  operationName: undefined,
  variables: {},
  extensions: {},
  header: () => null,
  method: 'POST',
} as const;

/** Handles one operation on an engine of which only this much works. */
async function handleOn(engine: Partial<Engine> | undefined, mode: 'production' | 'development' = 'production') {
  const logged: LogLine[] = [];
  const engines = new Generations<Engine>();
  const config = { mode, traffic: { deadline: 1000 } };
  const authenticator = { authenticate: async () => ({ kind: 'anonymous' }) as const };
  if (engine !== undefined)
    engines.swap({ close: async () => {}, config, authenticator, ...engine } as unknown as Engine);
  const answer = await handleOperation(
    { ...operation, cancellation: new Cancellation() },
    {
      engines,
      log: (level, message, fields) => void logged.push({ level, message, fields }),
      nextRequestId: createRequestIds(),
    },
  );
  await engines.close(0); // would not end if the engine were still held
  return { answer: answer as Extract<OperationAnswer, { kind: 'single' }>, logged };
}

const broken: Partial<Engine> = {
  documents: {
    read: () => {
      throw new TypeError("Cannot read properties of undefined (reading 'secretName')");
    },
    checkVariables: () => {},
    latest: () => [],
  },
};

describe('handleOperation', () => {
  it('masks what our own code throws, and logs it whole under the id that the client is given', async () => {
    const { answer, logged } = await handleOn(broken);
    expect(answer).toMatchObject({ status: 500, alwaysStatus: true });
    const [error, ...others] = answer.result.errors ?? [];
    expect(others).toEqual([]);
    expect(error?.message).toBe('Something went wrong in the gateway.');
    const { requestId } = error?.extensions ?? {};
    expect(error?.extensions).toEqual({ code: 'INTERNAL_ERROR', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(answer.result).not.toHaveProperty('data');
    expect(logged).toEqual([
      {
        level: 'error',
        message: 'Unexpected fault.',
        fields: expect.objectContaining({ requestId, cause: expect.any(TypeError) }),
      },
    ]);
  });

  it('shows it in development mode', async () => {
    const { answer } = await handleOn(broken, 'development');
    expect(answer.result.errors?.[0]?.message).toContain('secretName');
  });

  it('says so where there is no graph, and where the gateway is closing', async () => {
    expect((await handleOn(undefined)).answer).toMatchObject({
      status: 503,
      result: { errors: [{ extensions: { code: 'GRAPH_UNAVAILABLE' } }] },
    });
    const { gateway, ask } = await openTestGateway({
      subgraphs: { a: { sdl: 'type Query { a: Int }', url: 'http://127.0.0.1:1' } },
    });
    await gateway.close();
    expect(await ask('{ a }')).toMatchObject({
      status: 503,
      body: { errors: [{ message: 'The gateway is closing.' }] },
    });
  });

  it('ends with its deadline while the token is still being checked', async () => {
    const { answer } = await handleOn({
      config: { mode: 'production', traffic: { deadline: 20 } } as Engine['config'],
      authenticator: { authenticate: () => new Promise(() => {}) } as unknown as Engine['authenticator'],
    });
    expect(answer).toMatchObject({ status: 504, result: { errors: [{ extensions: { code: 'DEADLINE_EXCEEDED' } }] } });
  });

  it('gives a refusal whole: every error, its status, its code', async () => {
    const { answer, logged } = await handleOn({
      documents: {
        read: () => {
          throw new GatewayError('BAD_USER_INPUT', 'No.', { extensions: { argument: 'a' } });
        },
        checkVariables: () => {},
        latest: () => [],
      },
    });
    expect(answer).toMatchObject({ status: 400, alwaysStatus: false });
    expect(answer.result.errors).toEqual([{ message: 'No.', extensions: { code: 'BAD_USER_INPUT', argument: 'a' } }]);
    expect(logged).toEqual([]);
  });
});

describe('what a service says of its errors', () => {
  const secret = 'connect to 10.1.2.3 as admin failed';
  const kinds = {
    GraphQL: {
      sdl: 'type Query { a: Int }',
      answer: { status: 200, body: { data: { a: null }, errors: [{ message: secret, path: ['a'] }] } },
    },
    REST: {
      sdl: 'type Query { a: Int @rest(GET: "/a") }',
      answer: { status: 500, body: { title: secret, stack: `at ${secret}` } },
    },
  } as const;

  async function failing(kind: keyof typeof kinds, mode: 'production' | 'development') {
    const { sdl, answer } = kinds[kind];
    const { url } = await startTestServer((_, response) => json(response, answer.body, { status: answer.status }));
    return openTestGateway({ subgraphs: { a: { sdl, url } }, config: { mode } });
  }

  it.each(Object.keys(kinds) as (keyof typeof kinds)[])('is kept from clients in production (%s)', async (kind) => {
    const { ask, logged } = await failing(kind, 'production');
    const { body } = await ask('{ a }');
    expect(body.data).toEqual({ a: null });
    expect(body.errors).toMatchObject([{ path: ['a'], extensions: { service: 'a' } }]);
    expect(JSON.stringify(body)).not.toMatch(/10\.1\.2\.3|127\.0\.0\.1/);
    expect(JSON.stringify(logged)).toContain(secret);
  });

  it.each(Object.keys(kinds) as (keyof typeof kinds)[])('is shown in development (%s)', async (kind) => {
    const { ask } = await failing(kind, 'development');
    expect(JSON.stringify((await ask('{ a }')).body)).toContain(secret);
  });
});
