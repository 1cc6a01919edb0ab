import type { ConstDirectiveNode, FieldDefinitionNode } from 'graphql';
import type { Template } from '../model/expression.ts';
import type { CallSite, HeaderArgument, RequestExpression } from './call-site.ts';
import { suggestName } from './did-you-mean.ts';
import type { EntityKey } from './entity-keys.ts';
import { type CompiledExpression, compileExpression } from './expression.ts';
import { followExpression } from './expression-shape.ts';
import type { Federation } from './federation.ts';
import type { FitContext } from './fit-type.ts';
import { compileHeaderTemplate } from './header-template.ts';
import type { ProtoContracts } from './protos.ts';
import { type Report, toPlace } from './report.ts';
import { selfShape } from './self-shape.ts';
import { anyShape, listShape, type ObjectShape, objectShape, type Shape, shapeOfInput } from './shape.ts';
import type { SourceSettings } from './source-settings.ts';
import { compileTopicTemplate } from './topic-template.ts';
import type { TypeEntry, TypeIndex } from './type-index.ts';
import { compileUriTemplate } from './uri-template.ts';
import { argumentCoordinate } from './wire-names.ts';

/** The subgraph around a call. */
export type CallContext = {
  readonly index: TypeIndex;
  readonly federation: Federation;
  readonly keys: ReadonlyMap<string, readonly EntityKey[]>;
  readonly sources: SourceSettings;
  readonly wireNames: ReadonlyMap<string, string>;
  readonly protos: ProtoContracts | undefined;
  readonly fit: FitContext;
  readonly isCalled: (coordinate: string) => boolean;
  readonly report: Report;
};

/** A call directive's use: on a field of a type, or on the type itself. */
export type CallUse = {
  readonly entry: TypeEntry;
  readonly field: FieldDefinitionNode | undefined;
  readonly node: ConstDirectiveNode;
  /** The fields by which batched answers are matched; undefined where the call is for one. */
  readonly match: readonly string[] | undefined;
};

export function createCallSite(use: CallUse, context: CallContext): CallSite {
  const { entry, field, node } = use;
  const coordinate = field === undefined ? entry.name : `${entry.name}.${field.name.value}`;
  const kind = field === undefined ? 'entity' : (context.index.roots.get(entry.name) ?? 'field');
  const fault: CallSite['fault'] = (code, message, remedy) =>
    context.report.error({ code, message: `${coordinate} ${message}.`, remedy, coordinate, at: node });
  const args = argumentShape(coordinate, field, context.index);
  const self = kind === 'entity' || kind === 'field' ? selfShape(use, context) : undefined;
  const toWireName = (name: string) =>
    context.wireNames.get(argumentCoordinate(coordinate, name)) ?? context.sources.toWireName(name);
  const names: Names =
    use.match === undefined || self === undefined
      ? { args, self, keys: undefined, fault }
      : { args, self: batched(self), keys: keysShape(self, use.match), fault };
  return {
    kind,
    coordinate,
    place: toPlace(node) ?? { file: '', line: 1, column: 1 },
    typeName: entry.name,
    returns: field?.type,
    args,
    self,
    keyFields: matchFields(entry, context),
    protos: context.protos,
    sources: context.sources.names,
    fit: context.fit,
    fault,
    uriTemplate: (text) => uriTemplate(text, names, toWireName),
    toWireArgument: toWireName,
    topicTemplate: (text, { wildcards }) =>
      checkedTemplate('a topic', names, () => compileTopicTemplate(text, { wildcards }), 'single'),
    requestExpression: (argument, text) => requestExpression(argument, text, names),
    answerExpression: (argument, text) => compile(argument, text, fault),
    header: (header) => headerTemplate(header, names),
    defaultHeaders: context.sources.defaultHeaders,
  };
}

type Names = {
  readonly args: ObjectShape;
  readonly self: ObjectShape | undefined;
  readonly keys: Shape | undefined;
  readonly fault: CallSite['fault'];
};

function argumentShape(coordinate: string, field: FieldDefinitionNode | undefined, index: TypeIndex): ObjectShape {
  const nodes = (field?.arguments ?? []).map(
    (node) => [node.name.value, () => shapeOfInput(node.type, index)] as const,
  );
  return objectShape(`the arguments of ${coordinate}`, new Map(nodes));
}

/** In a batched call each field of the key is the list of its values. */
function batched(self: ObjectShape): ObjectShape {
  const fields = self.names.map((name) => [name, () => listShape(self.field(name) ?? anyShape)] as const);
  return objectShape(self.title, new Map(fields));
}

/** The keys that a batched call is for, one by one. */
function keysShape(self: ObjectShape, match: readonly string[]): Shape {
  const fields = match.map((name) => [name, () => self.field(name) ?? anyShape] as const);
  return listShape(objectShape('a key of the batch', new Map(fields)));
}

function matchFields(entry: TypeEntry, { keys }: CallContext): ReadonlySet<string> {
  const names = (keys.get(entry.name) ?? []).flatMap(({ selection }) =>
    selection.selections.flatMap((node) => (node.kind === 'Field' ? [node.name.value] : [])),
  );
  return new Set(names);
}

function uriTemplate(text: string, names: Names, toWireName: (name: string) => string): Template | undefined {
  return checkedTemplate('a path', names, () => compileUriTemplate(text, toWireName), 'several');
}

function headerTemplate({ name, value }: HeaderArgument, names: Names) {
  const reserved =
    /^(host|content-length|content-encoding|accept-encoding|if-none-match|last-event-id|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect)$/i;
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || reserved.test(name)) {
    names.fault(
      'INVALID_DIRECTIVE_ARGUMENT',
      `sets the header "${name}", which a call cannot set`,
      'Choose another name.',
    );
    return undefined;
  }
  const template = checkedTemplate('a header', names, () => compileHeaderTemplate(value), 'single');
  return template === undefined ? undefined : { name: name.toLowerCase(), value: template };
}

/** `holds`: whether a list may stand in one place of the template. */
function checkedTemplate(
  what: string,
  names: Names,
  read: () => Template,
  holds: 'single' | 'several',
): Template | undefined {
  try {
    const template = read();
    for (const variable of template.variables) checkVariable(what, variable, names, holds);
    return template;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    names.fault('INVALID_TEMPLATE', `has ${what} that cannot be used: ${message}`, 'Correct the template.');
    return undefined;
  }
}

function checkVariable(what: string, variable: string, names: Names, holds: 'single' | 'several'): void {
  const shape = shapeOfVariable(variable, names);
  if (shape === undefined) {
    const known = [...names.args.names, ...(names.self?.names ?? [])];
    names.fault(
      'UNKNOWN_NAME',
      `has ${what} with "${variable}", which is neither an argument nor a field that is there`,
      `${suggestName(variable, known)} Or make it an argument${names.self === undefined ? '' : ', or a field of the type'}.`,
    );
  } else if (shape.kind === 'object') {
    names.fault(
      'INVALID_TEMPLATE',
      `has ${what} with "${variable}", which is an object`,
      `Name a field of it: "${variable}.…" below args or this.`,
    );
  } else if (shape.kind === 'list' && holds === 'single') {
    names.fault(
      'INVALID_TEMPLATE',
      `has ${what} with "${variable}", which is a list (with \`batch\`, key fields are)`,
      'Send it in the payload.',
    );
  }
}

function shapeOfVariable(variable: string, { args, self }: Names): Shape | undefined {
  const [root = '', ...path] = variable.split('.');
  if (path.length === 0) return args.field(variable) ?? self?.field(variable);
  if (root === 'claims') return anyShape;
  if (root === 'headers') return variable === variable.toLowerCase() ? anyShape : undefined;
  return path.reduce<Shape | undefined>(stepInto, root === 'args' ? args : self);
}

function stepInto(shape: Shape | undefined, name: string): Shape | undefined {
  if (shape?.kind === 'any') return anyShape;
  return shape?.kind === 'object' ? shape.field(name) : undefined;
}

function requestExpression(
  argument: string,
  text: string,
  { args, self, keys, fault }: Names,
): RequestExpression | undefined {
  const compiled = compile(argument, text, fault);
  if (compiled === undefined) return undefined;
  const roots = new Map<string, () => Shape>([
    ['args', () => args],
    ...(self === undefined ? [] : [['this', () => self] as const]),
    ...(keys === undefined ? [] : [['keys', () => keys] as const]),
    ['claims', () => anyShape],
    ['headers', () => anyShape],
  ]);
  const onUnknown = (message: string, remedy: string) =>
    fault('UNKNOWN_NAME', `has a ${argument} that ${message}`, remedy);
  return { ...compiled, shape: followExpression(compiled.node, objectShape('a request', roots), onUnknown) };
}

function compile(argument: string, text: string, fault: CallSite['fault']): CompiledExpression | undefined {
  try {
    return compileExpression(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    fault(
      'INVALID_EXPRESSION',
      `has a ${argument} that is not JMESPath: ${message}`,
      'See https://jmespath.org/specification.html.',
    );
    return undefined;
  }
}
