import type { ConstDirectiveNode, FieldDefinitionNode } from 'graphql';
import type { Binding } from '../model/binding.ts';
import type { Coordinate } from '../model/subgraph.ts';
import { type BatchArgument, type CallSite, readMatch } from './call-site.ts';
import { type CallContext, type CallUse, createCallSite } from './create-call-site.ts';
import type { DirectiveReading, Use } from './directive-reading.ts';
import { callDirectives } from './directives/built-in.ts';
import { type FunctionArguments, readFunction } from './directives/function.ts';
import { type GrpcArguments, readGrpc } from './directives/grpc.ts';
import { type PublishArguments, readPublish } from './directives/publish.ts';
import { readRequest, type RequestArguments } from './directives/request.ts';
import { readRest, type RestArguments } from './directives/rest.ts';
import { readSubscribe, type SubscribeArguments } from './directives/subscribe.ts';
import { isWrong } from './report.ts';
import type { TypeEntry } from './type-index.ts';

type CallBindings = {
  readonly fields: ReadonlyMap<Coordinate, Binding>;
  readonly entities: ReadonlyMap<string, Binding>;
};

/** Reads the call directives of every field and entity type. Faults are reported, and leave the binding out. */
export function readCallBindings(context: CallContext, reading: DirectiveReading): CallBindings {
  const fields = new Map<Coordinate, Binding>();
  const entities = new Map<string, Binding>();
  for (const entry of context.index.types.values()) {
    const ofType = readCallOf(entry, undefined, context, reading);
    if (ofType !== undefined) entities.set(entry.name, ofType);
    for (const [name, field] of entry.fields) {
      const ofField = readCallOf(entry, field, context, reading);
      if (ofField !== undefined) fields.set(`${entry.name}.${name}`, ofField);
    }
  }
  return { fields, entities };
}

type Reader = (node: Use<unknown>, siteOf: (match: CallUse['match']) => CallSite) => Binding | undefined;

function reader<Arguments>(read: (site: CallSite, args: Arguments) => Binding | undefined): Reader {
  return ({ args }, siteOf) => {
    // `args` was read by the same directive's definition.
    const typed = args as Arguments & { readonly batch?: BatchArgument };
    return read(siteOf(typed.batch && readMatch(typed.batch)), typed);
  };
}

const readers: ReadonlyMap<string, Reader> = new Map([
  ['rest', reader<RestArguments>(readRest)],
  ['grpc', reader<GrpcArguments>(readGrpc)],
  ['request', reader<RequestArguments>(readRequest)],
  ['publish', reader<PublishArguments>(readPublish)],
  ['function', reader<FunctionArguments>(readFunction)],
  ['subscribe', reader<SubscribeArguments>(readSubscribe)],
]);

function readCallOf(
  entry: TypeEntry,
  field: FieldDefinitionNode | undefined,
  context: CallContext,
  reading: DirectiveReading,
): Binding | undefined {
  const directives: readonly ConstDirectiveNode[] = (field === undefined ? entry.directives : field.directives) ?? [];
  const uses = [...callDirectives].flatMap((name) => reading.read<unknown>(directives, name));
  const [use] = uses;
  // What a wrong key leads to is not told as well.
  const isKeyWrong = field === undefined && isWrong(context.report, entry.name);
  if (use === undefined || isKeyWrong || !isCallable(entry, field, uses, context)) return undefined;
  return readers.get(use.node.name.value)?.(use, (match) =>
    createCallSite({ entry, field, node: use.node, match }, context),
  );
}

function isCallable(
  entry: TypeEntry,
  field: FieldDefinitionNode | undefined,
  uses: readonly Use<unknown>[],
  { keys, report }: CallContext,
): boolean {
  const coordinate = field === undefined ? entry.name : `${entry.name}.${field.name.value}`;
  const at = uses.map(({ node }) => node);
  const error = (message: string, remedy: string) =>
    report.error({ code: 'BINDING_MISPLACED', message: `${coordinate} ${message}.`, remedy, coordinate, at });
  if (uses.length > 1)
    error(
      `has ${uses.map(({ node }) => `@${node.name.value}`).join(' and ')}`,
      'A field, or an entity, is given by one call: keep one.',
    );
  if (entry.kind === 'interface')
    error('belongs to an interface, which no call can give', 'Put the call on the object types.');
  if (
    field === undefined &&
    entry.kind === 'object' &&
    !(keys.get(entry.name) ?? []).some(({ isResolvable }) => isResolvable)
  ) {
    error(
      'has a call but no key it could be fetched by',
      'Add @key(fields: "…") to the type, or put the call on the fields that return it.',
    );
    return false;
  }
  return uses.length === 1 && entry.kind === 'object';
}
