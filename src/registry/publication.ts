import { createHash } from 'node:crypto';
import { z } from 'zod';
import { findUrlFault } from '../config/service-url.ts';
import type { Problem } from '../errors/problem.ts';
import type { SubgraphInput } from '../model/subgraph.ts';

// Names are printed on terminals: nothing in them may steer one.
const plainText = (max: number) => {
  const error = `expected text of at most ${max} characters, and no control characters`;
  return z
    .string(error)
    .regex(/^[^\p{Cc}]*$/u, error)
    .max(max, error);
};
const file = z.strictObject(
  { name: plainText(500).min(1, 'expected a name'), text: z.string("expected the file's text") },
  { error: objectError('{ name, text }') },
);
const files = (min: number) => {
  const error = `expected a list of ${min} to 200 files, each { name, text }`;
  return z.array(file, error).min(min, error).max(200, error);
};

const publication = z.strictObject(
  {
    schema: files(1),
    protos: files(0).optional(),
    url: plainText(2000).optional(),
    by: plainText(200).optional(),
  },
  { error: objectError('{ schema, protos, url, by }') },
);

function objectError(form: string) {
  return (issue: { readonly code?: string; readonly keys?: readonly string[] }): string =>
    issue.code === 'unrecognized_keys'
      ? `${(issue.keys ?? []).map((key) => JSON.stringify(key)).join(', ')} is not known here: expected ${form}`
      : `expected ${form}`;
}

/** What a team sends: its SDL files and protos; the URL it had before where none is given. `by` is said, not proven. */
export type Publication = z.output<typeof publication>;

/** A publication, or why it is none. */
export function parsePublication(
  value: unknown,
):
  | { readonly kind: 'parsed'; readonly publication: Publication }
  | { readonly kind: 'failed'; readonly message: string } {
  const result = publication.safeParse(value);
  if (result.success) return { kind: 'parsed', publication: result.data };
  const message = result.error.issues
    .map((issue) => `${issue.path.join('.') || 'the body'}: ${issue.message}`)
    .join('; ');
  return { kind: 'failed', message };
}

/** The subgraph as it will be: what is published, in the place of what was there. */
export function toInput(
  name: string,
  { schema, protos, url }: Publication,
  previous: SubgraphInput | undefined,
): SubgraphInput {
  const { kind = 'auto', sources } = previous ?? {};
  const address = url ?? previous?.url;
  return {
    name,
    kind,
    schema,
    ...(protos === undefined ? {} : { protos }),
    ...(address === undefined ? {} : { url: address }),
    ...(sources === undefined ? {} : { sources }),
  };
}

/** Says whether two inputs are the same subgraph; the names of SDL files don't count. */
export function hashInput({ kind, schema, protos = [], url, sources }: SubgraphInput): string {
  const content = [
    kind,
    schema.map(({ text }) => text),
    protos.map(({ name, text }) => [name, text]),
    url ?? null,
    sources ?? [],
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

/** What is wrong with a subgraph's address. */
export function findAddressProblems({ name, kind, url, sources }: SubgraphInput): Problem[] {
  const remote = kind === 'auto' || kind === 'graphql';
  if (url === undefined && (!remote || sources !== undefined)) return [];
  const fault = url === undefined ? 'is missing: nothing says where its service is' : findPublishedUrlFault(url);
  if (fault === undefined) return [];
  return [
    {
      severity: 'error',
      code: 'REGISTRY_URL_INVALID',
      message: `The URL of "${name}" ${fault}.`,
      remedy: 'Publish with --url and the address of the service.',
      subgraph: name,
      places: [],
    },
  ];
}

function findPublishedUrlFault(url: string): string | undefined {
  return findUrlFault(url) ?? (isMetadataAddress(url) ? 'is a link-local or cloud metadata address' : undefined);
}

// A published URL is called by the gateway: it must not reach what only its own host may ask.
function isMetadataAddress(url: string): boolean {
  if (url.startsWith('memory:')) return false;
  // Only an http URL has its host written in one way (0x and decimal addresses, upper case).
  const authority = new URL(url).host.replace(/^.*@/, '');
  if (!URL.canParse(`http://${authority}`)) return true;
  const host = new URL(`http://${authority}`).hostname.replace(/\.$/, '');
  return (
    /^169\.254\.|^100\.100\.100\.200$/.test(host) ||
    /^\[(fe[89ab]|fd00:ec2:|::ffff:a9fe:)/.test(host) ||
    /^(metadata|instance-data)(\.google\.internal|\.ec2\.internal)?$/.test(host)
  );
}
