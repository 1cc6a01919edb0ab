import { userInfo } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { readProtoFiles } from '../config/proto-files.ts';
import { findUrlFault, HTTP_SCHEMES } from '../config/service-url.ts';
import { readSourceFile } from '../config/source-file.ts';
import type { SourceText } from '../model/subgraph.ts';
import type { Publication } from '../registry/publication.ts';
import { createRegistryClient, type RegistryClient } from '../registry/registry-client.ts';
import { CommandFailure } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';
import { showProgress } from './progress.ts';

export type RegistryOptions = { readonly registry?: string; readonly token?: string };

export type PublicationOptions = {
  readonly schema: readonly string[];
  readonly proto: readonly string[];
  readonly reflection?: true;
  readonly url?: string;
};

/** Adds the options of every command that asks a registry. */
export function addRegistryOptions(command: Command): Command {
  return command
    .option('--registry <url>', 'the registry, like http://127.0.0.1:4000/registry/v1; or SELVEDGE_REGISTRY')
    .option('--token <token>', 'its token; better SELVEDGE_TOKEN, which no process list shows')
    .option('--json', 'print the answer as JSON');
}

/** Adds the options that describe a subgraph. */
export function addPublicationOptions(command: Command): Command {
  const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];
  return command
    .option('-s, --schema <file>', 'SDL file; may be repeated', collect, [])
    .option(
      '--proto <file>',
      '.proto file (what it imports comes along) or descriptor set; may be repeated',
      collect,
      [],
    )
    .option('--reflection', 'instead of --proto: asks the gRPC service at --url what it offers')
    .option('--url <url>', 'where the service is; the one it had before where none is given');
}

/** Asks the registry that the options or the environment name. */
export async function askRegistry<T>(
  options: RegistryOptions,
  ask: (client: RegistryClient) => Promise<T>,
): Promise<T> {
  const url = options.registry ?? process.env['SELVEDGE_REGISTRY'];
  const token = options.token ?? process.env['SELVEDGE_TOKEN'];
  if (!url) throw new CommandFailure(EXIT.wrongCall, 'Say which registry: --registry URL, or SELVEDGE_REGISTRY.');
  if (!token) throw new CommandFailure(EXIT.wrongCall, "Give the registry's token: SELVEDGE_TOKEN, or --token.");
  const client = createRegistryClient({ url: toRegistryUrl(url), token });
  try {
    return await showProgress('Asking the registry', ask(client));
  } finally {
    await client.close();
  }
}

/** Reads the files that describe a subgraph. Throws ProblemsError. */
export async function readPublication(options: PublicationOptions): Promise<Publication> {
  if (options.schema.length === 0) throw new CommandFailure(EXIT.wrongCall, 'Give the schema: --schema FILE.');
  const [schema, protos] = await Promise.all([
    Promise.all(options.schema.map((file) => readSourceFile(path.resolve(file)))),
    options.reflection ? reflect(options) : readProtoFiles(options.proto.map((file) => path.resolve(file))),
  ]);
  return {
    schema: schema.map(({ name, text }) => ({ name, text })),
    ...(protos.length === 0 ? {} : { protos: protos.map(({ name, text }) => ({ name, text })) }),
    ...(options.url === undefined ? {} : { url: options.url }),
    by: readUserName(),
  };
}

/** Asks the service itself; its answer is published with the schema, and holds until the next publication. */
async function reflect({ proto, url = '' }: PublicationOptions): Promise<readonly SourceText[]> {
  if (proto.length > 0) throw new CommandFailure(EXIT.wrongCall, 'Give --proto or --reflection, not both.');
  const fault = url === '' ? 'is not given' : findUrlFault(url, ['grpc', 'grpcs']);
  if (fault !== undefined)
    throw new CommandFailure(EXIT.wrongCall, `--reflection asks the service at --url, which ${fault}.`);
  const { reflectContract } = await import('../sources/bound/grpc-reflection.ts');
  const { ReflectionError } = await import('../sources/bound/reflection-error.ts');
  try {
    const contract = await showProgress('Asking the service', reflectContract({ url }));
    return [{ name: 'reflection.binpb', text: contract.toString('base64') }];
  } catch (error) {
    if (!(error instanceof ReflectionError)) throw error;
    throw new CommandFailure(EXIT.outside, `The service at ${url} ${error.message}.`);
  }
}

function toRegistryUrl(url: string): string {
  const fault = findUrlFault(url, HTTP_SCHEMES);
  if (fault !== undefined) throw new CommandFailure(EXIT.wrongCall, `The registry's URL ${fault}.`);
  return new URL(url).pathname === '/' ? new URL('/registry/v1', url).href : url;
}

// A container's user need not have a name.
function readUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
