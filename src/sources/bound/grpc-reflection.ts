import { Metadata, status } from '@grpc/grpc-js';
import {
  compileReflectionMessages,
  type ReflectionMessages,
  type ReflectionRequest,
  type ReflectionResponse,
} from '../../subgraph/protobuf/reflection-messages.ts';
import { isWellKnownFile } from '../../subgraph/protobuf/well-known-files.ts';
import { DEFAULT_ANSWER_BYTES } from '../answer-bytes.ts';
import { collectMessages } from './grpc-call.ts';
import { createGrpcChannels, type GrpcChannels } from './grpc-channels.ts';
import { ReflectionError } from './reflection-error.ts';
import type { TlsFiles } from './tls-files.ts';

/** What servers call it; the older name is the one that most still have. */
const METHODS = ['v1', 'v1alpha'].map((version) => `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`);

/** Of asking for everything. */
const MAX_MS = 10_000;
const MAX_FILES = 2000;

/** How a service is asked for its contract. */
export type ReflectedService = { readonly url: string; readonly tls?: TlsFiles | undefined };

/**
 * Asks a service for all it offers, by server reflection: a FileDescriptorSet with what is imported, but for Google's own
 * files. Throws
 * ReflectionError when it can't be had.
 */
export async function reflectContract({ url, tls }: ReflectedService): Promise<Buffer> {
  const channels = createGrpcChannels(url, { tls });
  const messages = compileReflectionMessages();
  try {
    const ask = await findMethod({ channels, messages, deadline: Date.now() + MAX_MS });
    const { listServicesResponse } = await ask({ listServices: '' });
    const services = (listServicesResponse?.service ?? []).map(({ name }) => name);
    const offered = services.filter((name) => !name.startsWith('grpc.reflection.'));
    if (offered.length === 0) throw new ReflectionError('offers no service');
    return messages.writeSet(await collectFiles(offered, ask, messages));
  } finally {
    channels.close();
  }
}

type Ask = (request: ReflectionRequest) => Promise<ReflectionResponse>;

type Asking = {
  readonly channels: GrpcChannels;
  readonly messages: ReflectionMessages;
  readonly deadline: number;
};

/** The first of its names by which the service knows reflection. */
async function findMethod(asking: Asking): Promise<Ask> {
  for (const path of METHODS) {
    const ask: Ask = (request) => askOnce(path, request, asking);
    try {
      await ask({ listServices: '' });
      return ask;
    } catch (error) {
      if (!(error instanceof UnknownMethodError)) throw error;
    }
  }
  throw new ReflectionError('does not know server reflection (v1, v1alpha)');
}

class UnknownMethodError extends Error {}

/** One question is one stream: servers end it when they have answered. */
async function askOnce(path: string, question: ReflectionRequest, asking: Asking): Promise<ReflectionResponse> {
  const { channels, messages, deadline } = asking;
  const request = { path, message: messages.writeRequest(question), metadata: new Metadata(), deadline };
  const limits = { maxMessages: 1, maxBytes: DEFAULT_ANSWER_BYTES, onCancel: () => () => {} };
  const { messages: answers, end } = await collectMessages(channels.forCalls, request, limits);
  const { code, details } = end.status;
  if (code === status.UNIMPLEMENTED) throw new UnknownMethodError(details);
  const [answer] = answers;
  if (code !== status.OK || answer === undefined) throw new ReflectionError(`said ${status[code]}: ${details}`);
  const response = readResponse(messages, answer);
  if (response.errorResponse === null) return response;
  const { errorCode, errorMessage } = response.errorResponse;
  throw new ReflectionError(`said of ${Object.values(question).join(' ')}: ${status[errorCode]} ${errorMessage}`);
}

function readResponse(messages: ReflectionMessages, answer: Buffer): ReflectionResponse {
  try {
    return messages.readResponse(answer);
  } catch (cause) {
    throw new ReflectionError('answered what is no reflection', { cause });
  }
}

/** The files of the services, and those that they import. Some servers bring these along, some want to be asked. */
async function collectFiles(
  services: readonly string[],
  ask: Ask,
  { readFile }: ReflectionMessages,
): Promise<readonly string[]> {
  const files = new Map<string, string>();
  const wanted: ReflectionRequest[] = services.map((name) => ({ fileContainingSymbol: name }));
  const asked = new Set<string>();
  for (const request of wanted) {
    if ('fileByFilename' in request && files.has(request.fileByFilename)) continue;
    const { fileDescriptorResponse } = await ask(request);
    for (const file of fileDescriptorResponse?.fileDescriptorProto ?? []) {
      const { name, dependency } = readFile(file);
      files.set(name, file);
      const unknown = dependency.filter((imported) => !asked.has(imported) && !isWellKnownFile(imported));
      wanted.push(...unknown.map((imported) => ({ fileByFilename: imported })));
      for (const imported of unknown) asked.add(imported);
    }
    assertBounded(files);
  }
  return [...files.values()];
}

function assertBounded(files: ReadonlyMap<string, string>): void {
  const length = files.values().reduce((sum, file) => sum + file.length, 0);
  if (files.size > MAX_FILES || length > DEFAULT_ANSWER_BYTES)
    throw new ReflectionError(`has a contract of more than ${MAX_FILES} files or 10 MB`);
}
