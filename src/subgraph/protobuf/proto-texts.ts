import protobuf from 'protobufjs';
import type { Place } from '../../errors/problem.ts';
import type { SourceText } from '../../model/subgraph.ts';
import type { Fault, Report } from '../report.ts';
import { addWellKnownFiles, isWellKnownFile } from './well-known-files.ts';

/**
 * Reads .proto files from their texts. Imports are found among the texts and Google's well-known files; nothing is read
 * from disk. One that is not there is missed where a message needs it: files of options alone are not. Undefined, and
 * reported, where they can't be read.
 */
export function readProtoTexts(protos: readonly SourceText[], report: Report): protobuf.Root | undefined {
  const root = new protobuf.Root();
  const readings = protos.map((proto) => readProto(proto, root, report));
  const foreign = readings
    .flatMap((imports) => imports ?? [])
    .filter(({ name }) => !protos.some((proto) => isNamed(proto, name)));
  const missing = foreign.filter(({ name }) => !isWellKnownFile(name));
  if (readings.includes(undefined)) {
    reportMissing(missing, report);
    return undefined;
  }
  addWellKnownFiles(
    root,
    foreign.map(({ name }) => name),
  );
  const fault = findTypeFault(root, protos);
  if (fault === undefined) return root;
  if (missing.length > 0) reportMissing(missing, report);
  else report.error(fault);
  return undefined;
}

function reportMissing(missing: readonly Import[], report: Report): void {
  for (const { name, place } of missing) {
    report.error({
      code: 'PROTO_INVALID',
      message: `The import "${name}" is not among the subgraph's .proto files.`,
      remedy:
        'Give that file too: `proto:` takes a list of paths, --proto may be repeated. Or give a descriptor set, which has all: buf build -o service.binpb.',
      at: place,
    });
  }
}

type Import = { readonly name: string; readonly place: Place };

function readProto(proto: SourceText, root: protobuf.Root, report: Report): readonly Import[] | undefined {
  try {
    const { imports = [], weakImports = [] } = protobuf.parse(proto.text, root, {
      keepCase: true,
      alternateCommentMode: true,
    });
    return [...imports, ...weakImports].map((name) => ({ name, place: placeOf(proto, name) }));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, what = message, line] = /^(.*?)\s*\((?:.*, )?line (\d+)\)$/.exec(message) ?? [];
    report.error({
      code: 'PROTO_INVALID',
      message: `The .proto cannot be read: ${what}.`,
      remedy: 'Correct it at this place; protoc says the same.',
      at: line === undefined ? { file: proto.name, line: 1, column: 1 } : placeInLine(proto, Number(line), what),
    });
    return undefined;
  }
}

/** A file is given by its import name, or by a path that ends with it. */
function isNamed(proto: SourceText, name: string): boolean {
  return proto.name === name || proto.name.replaceAll('\\', '/').endsWith(`/${name}`);
}

function findTypeFault(root: protobuf.Root, protos: readonly SourceText[]): Fault | undefined {
  try {
    root.resolveAll();
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, name] = /(?:'|: )([\w.]+)'?/.exec(message) ?? [];
    const proto = protos.find(({ text }) => name !== undefined && text.includes(name));
    return {
      code: 'PROTO_INVALID',
      message: `The .proto cannot be read: ${message}.`,
      remedy: 'Define the type, or import the file that does.',
      at: proto === undefined || name === undefined ? undefined : placeOf(proto, name),
    };
  }
}

function placeOf({ name: file, text }: SourceText, word: string): Place {
  const before = text.slice(0, Math.max(text.indexOf(word), 0)).split('\n');
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function placeInLine({ name: file, text }: SourceText, line: number, what: string): Place {
  const [, token] = /'(.+)'/.exec(what) ?? [];
  const column = token === undefined ? -1 : (text.split('\n')[line - 1]?.indexOf(token) ?? -1);
  return { file, line, column: Math.max(column, 0) + 1 };
}
