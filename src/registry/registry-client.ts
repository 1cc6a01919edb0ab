import { Agent, request } from 'undici';
import { z } from 'zod';
import type { Problem } from '../errors/problem.ts';
import type { HistoryEntry } from './graph-version.ts';
import type { Publication } from './publication.ts';
import type { CheckOutcome, PublishOutcome } from './registry-actions.ts';

const MAX_ANSWER_BYTES = 50_000_000;
const CONNECT_TIMEOUT_MS = 5000;
// A publication is answered when the gateway serves it: it composes, connects and swaps before.
const ANSWER_TIMEOUT_MS = 120_000;

/** What went wrong between here and a registry: it could not be reached, it did not do what was asked, or answered nonsense. */
export class RegistryClientError extends Error {
  override readonly name = 'RegistryClientError';
  readonly kind: 'unreachable' | 'refused' | 'failed';

  constructor(kind: 'unreachable' | 'refused' | 'failed', message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}

export type RegistryClientOptions = {
  /** Up to and with `/registry/v1`. */
  readonly url: string;
  readonly token: string;
  readonly answerTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type RegistryClient = {
  readonly publish: (subgraph: string, publication: Publication) => Promise<PublishOutcome>;
  readonly check: (subgraph: string, publication: Publication) => Promise<CheckOutcome>;
  readonly history: (query: {
    readonly subgraph: string | undefined;
    readonly limit: number;
  }) => Promise<HistoryEntry[]>;
  readonly close: () => Promise<void>;
};

/** Speaks to a registry. Its methods reject with RegistryClientError. */
export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const agent = new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS }, maxResponseSize: MAX_ANSWER_BYTES });
  const base = options.url.replace(/\/+$/, '');
  const send = (path: string, body?: Publication): Promise<unknown> =>
    ask(`${base}${path}`, body, { ...options, agent });
  const subgraphPath = (name: string): string => `/subgraphs/${encodeURIComponent(name)}`;
  return {
    publish: async (name, publication) =>
      readAnswer(publishOutcome, await send(`${subgraphPath(name)}/publish`, publication)),
    check: async (name, publication) =>
      readAnswer(checkOutcome, await send(`${subgraphPath(name)}/check`, publication)),
    history: async ({ subgraph, limit }) => {
      const query = new URLSearchParams({ limit: String(limit), ...(subgraph === undefined ? {} : { subgraph }) });
      return readAnswer(history, await send(`/history?${query.toString()}`)).entries;
    },
    close: () => agent.close(),
  };
}

type AskOptions = RegistryClientOptions & { readonly agent: Agent };

async function ask(url: string, body: Publication | undefined, options: AskOptions): Promise<unknown> {
  const timeout = options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS;
  try {
    const response = await request(url, {
      dispatcher: options.agent,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${options.token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      headersTimeout: timeout,
      bodyTimeout: timeout,
      signal: options.signal ?? null,
    });
    const answer = parseJson(await response.body.text());
    if (response.statusCode === 200 || response.statusCode === 422) return answer;
    throw toRefusal(response.statusCode, answer, url);
  } catch (cause) {
    if (cause instanceof RegistryClientError) throw cause;
    throw new RegistryClientError('unreachable', `The registry at ${url} can't be reached: ${describe(cause)}.`, {
      cause,
    });
  }
}

function toRefusal(status: number, answer: unknown, url: string): RegistryClientError {
  const said = refusal.safeParse(answer);
  if (!said.success) {
    return new RegistryClientError(
      'failed',
      `${url} answered ${status}, and not as a registry does. Is the URL right?`,
    );
  }
  const { code, message } = said.data.error;
  return new RegistryClientError(status >= 500 ? 'failed' : 'refused', `The registry answered ${code}: ${message}`);
}

function readAnswer<T>(schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new RegistryClientError('failed', 'The registry gave an answer that this version does not understand.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError) return describe(error.errors[0]);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return 'it did not answer in time';
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ENOTFOUND') return 'its host is not known';
  return error.message === '' ? String(code) : error.message;
}

const problem: z.ZodType<Problem> = z.object({
  severity: z.enum(['error', 'hint']),
  code: z.string(),
  message: z.string(),
  remedy: z.string().optional(),
  coordinate: z.string().optional(),
  subgraph: z.string().optional(),
  places: z.array(z.object({ file: z.string(), line: z.number(), column: z.number() })),
});
const problems = z.array(problem);
const changes = z.array(
  z.object({ severity: z.enum(['breaking', 'dangerous', 'safe']), code: z.string(), message: z.string() }),
);
const refused = z.object({ status: z.literal('refused'), subgraph: z.string(), problems });
const versions = { subgraph: z.string(), version: z.number(), graphVersion: z.number() };
const publishOutcome: z.ZodType<PublishOutcome> = z.discriminatedUnion('status', [
  z.object({ status: z.literal('published'), ...versions, changes, hints: problems }),
  z.object({ status: z.literal('unchanged'), ...versions }),
  refused,
]);
const checkOutcome: z.ZodType<CheckOutcome> = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('composes'),
    subgraph: z.string(),
    graphVersion: z.number().nullable(),
    changes,
    hints: problems,
  }),
  refused,
]);
const history = z.object({
  entries: z.array(
    z.object({
      at: z.string(),
      action: z.enum(['seeded', 'published', 'refused', 'withdrawn']),
      subgraph: z.string(),
      by: z.string(),
      version: z.number().nullable(),
      graphVersion: z.number().nullable(),
      problems,
    }),
  ),
});
const refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
