import { type ASTNode, type ConstDirectiveNode, type FieldDefinitionNode, visit } from 'graphql';
import type { Template } from '../model/expression.ts';
import type { CallSite, HeaderArgument, RequestExpression } from './call-site.ts';
import { checkVariable, type Names, type Place } from './check-variable.ts';
import type { EntityKey } from './entity-keys.ts';
import { type CompiledExpression, compileExpression } from './expression.ts';
import { followExpression } from './expression-shape.ts';
import type { Federation } from './federation.ts';
import type { FitContext } from './fit-type.ts';
import { compileHeaderTemplate } from './header-template.ts';
import type { ProtoContracts } from './protos.ts';
import { type Report, toPlace, toSentence } from './report.ts';
import { selfShape, whyAbsentFromParent } from './self-shape.ts';
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
  const fault: CallSite['fault'] = (code, message, remedy, about) =>
    context.report.error({
      code,
      message: toSentence(`${coordinate} ${message}`),
      remedy,
      coordinate,
      at: findText(node, about) ?? node,
    });
  const args = argumentShape(coordinate, field, context.index);
  const self = kind === 'entity' || kind === 'field' ? selfShape(use, context) : undefined;
  const toWireName = (name: string) =>
    context.wireNames.get(argumentCoordinate(coordinate, name)) ?? context.sources.toWireName(name);
  const whyAbsent = (name: string) => whyAbsentFromParent(name, use, context);
  const names: Names =
    use.match === undefined || self === undefined
      ? { args, self, keys: undefined, whyAbsent, fault }
      : { args, self: batched(self), keys: keysShape(self, use.match), whyAbsent, fault };
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
      checkedTemplate(names, { what: 'a topic', text, holds: 'single' }, () =>
        compileTopicTemplate(text, { wildcards }),
      ),
    requestExpression: (argument, text) => requestExpression(argument, text, names),
    answerExpression: (argument, text) => compile(argument, text, fault),
    header: (header) => headerTemplate(header, names),
    defaultHeaders: context.sources.defaultHeaders,
  };
}

/** Where a text stands in a directive. */
function findText(directive: ConstDirectiveNode, text: string | undefined): ASTNode | undefined {
  let found: ASTNode | undefined;
  if (text === undefined) return undefined;
  visit(directive, {
    StringValue: (node) => {
      if (node.value === text) found ??= node;
    },
  });
  return found;
}

function argumentShape(coordinate: string, field: FieldDefinitionNode | undefined, index: TypeIndex): ObjectShape {
  const nodes = (field?.arguments ?? []).map(
    (node) => [node.name.value, () => shapeOfInput(node.type, index)] as const,
  );
  return objectShape(`the argument list of ${coordinate}`, new Map(nodes));
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
  return checkedTemplate(names, { what: 'a path', text, holds: 'several' }, () => compileUriTemplate(text, toWireName));
}

function headerTemplate({ name, value }: HeaderArgument, names: Names) {
  const reserved =
    /^(host|content-length|content-encoding|accept-encoding|if-none-match|last-event-id|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect)$/i;
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || reserved.test(name)) {
    names.fault(
      'INVALID_DIRECTIVE_ARGUMENT',
      `sets the header "${name}", which a call cannot set`,
      'Choose another name.',
      name,
    );
    return undefined;
  }
  const place = { what: 'a header', text: value, holds: 'single' } as const;
  const template = checkedTemplate(names, place, () => compileHeaderTemplate(value));
  return template === undefined ? undefined : { name: name.toLowerCase(), value: template };
}

function checkedTemplate(names: Names, place: Place, read: () => Template): Template | undefined {
  try {
    const template = read();
    for (const variable of template.variables) checkVariable(variable, place, names);
    return template;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const what = `has ${place.what} that cannot be used: ${message}`;
    names.fault('INVALID_TEMPLATE', what, 'Correct the template.', place.text);
    return undefined;
  }
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
    fault('UNKNOWN_NAME', `has a ${argument} that ${message}`, remedy, text);
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
      text,
    );
    return undefined;
  }
}
