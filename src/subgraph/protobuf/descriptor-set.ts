import { createRequire } from 'node:module';
import protobuf from 'protobufjs';
import type descriptor from 'protobufjs/ext/descriptor.js';
import type { SourceText } from '../../model/subgraph.ts';
import type { Report } from '../report.ts';
import { addWellKnownFiles, isWellKnownFile } from './well-known-files.ts';

type FileSet = { readonly file: readonly { readonly name: string; readonly dependency: readonly string[] }[] };

// What it builds when it is loaded takes 13 ms, which a start without descriptor sets need not wait for.
const loadDescriptor = () => createRequire(import.meta.url)('protobufjs/ext/descriptor.js') as typeof descriptor;

/**
 * Reads a FileDescriptorSet (`protoc --descriptor_set_out`), or a Buf image, from its base64. Google's well-known files may
 * be missing from it, others not. Undefined, and reported, where it can't be read.
 */
export function readDescriptorSet({ name, text }: SourceText, report: Report): protobuf.Root | undefined {
  const fail = (message: string, remedy: string): undefined => {
    const at = { file: name, line: 1, column: 1 };
    report.error({ code: 'PROTO_INVALID', message: `The descriptor set ${message}.`, remedy, at });
    return undefined;
  };
  try {
    const bytes = Buffer.from(text, 'base64');
    const set = loadDescriptor().FileDescriptorSet.decode(bytes) as unknown as FileSet;
    const names = new Set(set.file.map((file) => file.name));
    const absent = set.file.flatMap(({ dependency }) => dependency.filter((imported) => !names.has(imported)));
    const missing = absent.find((imported) => !isWellKnownFile(imported));
    if (set.file.length === 0) return fail('holds no file', 'Make it with protoc --descriptor_set_out, or buf build.');
    if (missing !== undefined)
      return fail(`lacks "${missing}", which it imports`, 'Make it with --include_imports, or with buf build.');
    return toRoot(bytes, absent);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return fail(`cannot be read: ${what}`, 'Make it with protoc --include_imports --descriptor_set_out, or buf build.');
  }
}

/** Of two sets' bytes, one behind the other, the files of both are one set. */
function toRoot(bytes: Buffer, wellKnown: readonly string[]): protobuf.Root {
  const google = new protobuf.Root();
  addWellKnownFiles(google, wellKnown);
  const added = loadDescriptor().FileDescriptorSet.encode(google.toDescriptor('proto3')).finish();
  const root = protobuf.Root.fromDescriptor(Buffer.concat([added, bytes]), { keepCase: true });
  unescapeDefaults(root);
  return root;
}

/** Defaults of `bytes` are escaped as in C in a descriptor; in a .proto the parser has unescaped them. */
function unescapeDefaults(space: protobuf.NamespaceBase): void {
  for (const nested of space.nestedArray) if (nested instanceof protobuf.Namespace) unescapeDefaults(nested);
  for (const { type, options } of space instanceof protobuf.Type ? space.fieldsArray : []) {
    const given: unknown = options?.['default'];
    if (type === 'bytes' && options !== undefined && typeof given === 'string') options['default'] = unescapeC(given);
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function unescapeC(text: string): string {
  return text.replace(/\\(?:([0-7]{1,3})|x([\da-f]{1,2})|(.))/gi, (_, octal?: string, hex?: string, other = '') => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    return hex === undefined ? (ESCAPES[other] ?? other) : String.fromCharCode(Number.parseInt(hex, 16));
  });
}
