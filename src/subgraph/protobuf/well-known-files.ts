import protobuf from 'protobufjs';
import http from 'protobufjs/google/api/http.json' with { type: 'json' };
import descriptor from 'protobufjs/google/protobuf/descriptor.json' with { type: 'json' };

type Definitions = { readonly nested?: Record<string, protobuf.AnyNestedObject> };

// What files import without bringing it along, with what it imports in turn. The library's `common` has more.
const bundled: Readonly<Record<string, readonly Definitions[]>> = {
  'google/api/annotations.proto': [http, descriptor],
  'google/api/http.proto': [http],
  'google/protobuf/descriptor.proto': [descriptor],
};

/** Whether a file is one of Google's own, that every tool brings along. */
export function isWellKnownFile(name: string): boolean {
  return protobuf.common.get(name) !== null || Object.hasOwn(bundled, name);
}

/** Puts what such files define into a root, each once. */
export function addWellKnownFiles(root: protobuf.Root, names: Iterable<string>): void {
  const all = [...names].flatMap((name) => {
    const common = protobuf.common.get(name) as Definitions | null;
    return common === null ? (bundled[name] ?? []) : [common];
  });
  for (const definitions of new Set(all)) addDefinitions(root, definitions);
}

function addDefinitions(root: protobuf.Root, { nested = {} }: Definitions): void {
  try {
    root.addJSON(nested);
  } catch (error) {
    // The subgraph brings some of these types along in a file of another name: then its own are meant.
    if (!(error instanceof Error && error.message.startsWith('duplicate name'))) throw error;
  }
}
