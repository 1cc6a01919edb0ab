import protobuf from 'protobufjs';
import { isDescriptorSet } from '../../config/descriptor-set-file.ts';
import { readProtoFiles } from '../../config/proto-files.ts';
import { ProblemsError } from '../../errors/problem.ts';
import type { SourceText } from '../../model/subgraph.ts';
import { readProtoRoots, servicesOf } from '../../subgraph/protos.ts';
import { createReport } from '../../subgraph/report.ts';

/** A .proto file with all that it imports, or a descriptor set. */
export type LoadedProtos = {
  readonly file: string;
  readonly others: readonly string[];
  readonly protos: readonly SourceText[];
  readonly roots: readonly protobuf.Root[];
  /** Of the file itself: those of its imports are other services. */
  readonly services: readonly protobuf.Service[];
};

/** Loads a file; `others` are where its imports are found. Throws a ProblemsError with all that can't be read. */
export async function loadProtos(file: string, others: readonly string[] = []): Promise<LoadedProtos> {
  const protos = await readProtoFiles([file, ...others]);
  const report = createReport(file);
  const roots = readProtoRoots(protos, report).filter((root) => root !== undefined);
  if (report.problems.length > 0) throw new ProblemsError(report.problems);
  const services = roots.flatMap((root) => [...servicesOf(root)]);
  const own = ownServices(file, protos);
  return {
    file,
    others,
    protos,
    roots,
    services: services.flatMap(([name, service]) => (own === undefined || own.has(name) ? [service] : [])),
  };
}

/** Undefined for a descriptor set: all of its services are meant. */
function ownServices(file: string, [first]: readonly SourceText[]): ReadonlySet<string> | undefined {
  if (isDescriptorSet(file) || first === undefined) return undefined;
  return new Set(servicesOf(protobuf.parse(first.text, new protobuf.Root()).root).keys());
}
