import { Kind, type TypeNode } from 'graphql';
import type { CallSite, RequestExpression } from './call-site.ts';
import { suggestName } from './did-you-mean.ts';
import { followExpression } from './expression-shape.ts';
import { fitEntity, fitType } from './fit-type.ts';
import { isEmpty, type ProtoMethod } from './proto-method.ts';
import { listShape, type Shape, shapeOfInput } from './shape.ts';
import { namedTypeOf } from './type-index.ts';

type GrpcCall = {
  readonly method: ProtoMethod;
  readonly request: RequestExpression | undefined;
  readonly select: string | undefined;
  readonly isBatched: boolean;
};

/** Checks that a method's messages take what the call sends and have what the field's type asks for. */
export function checkGrpcMessages(site: CallSite, call: GrpcCall): void {
  const request = call.method.codec.requestShapeOf(call.method.requestType);
  if (call.request === undefined) checkArguments(site, request);
  else checkRequest(site, call.request.shape, request);
  checkResponse(site, call);
}

function checkArguments(site: CallSite, message: Shape): void {
  if (message.kind !== 'object') return;
  const { index, wireNames, toWireName } = site.fit;
  const fieldName = site.coordinate.slice(site.typeName.length + 1);
  const toName = (type: string, field: string) => wireNames.get(`${type}.${field}`) ?? toWireName(field);
  for (const { name, type } of index.types.get(site.typeName)?.fields.get(fieldName)?.arguments ?? []) {
    const expected = message.field(site.toWireArgument(name.value));
    if (expected === undefined) {
      const remedy = `Say where it goes with "request". ${suggestName(name.value, message.names)}`;
      const stranger = `sends its argument "${name.value}", which ${message.title} does not have`;
      site.fault('GRPC_MESSAGE_MISMATCH', stranger, remedy);
    } else {
      const found = shapeOfInput(type, index, toName);
      checkRequestField(site, { name: name.value, found, expected }, new Set());
    }
  }
}

/** `seen`: what has been checked already. Input types and messages may hold themselves. */
function checkRequest(site: CallSite, sent: Shape, message: Shape, seen: Set<string> = new Set()): void {
  if (sent.kind !== 'object' || message.kind !== 'object') return;
  const visit = `${sent.title} as ${message.title}`;
  if (seen.has(visit)) return;
  seen.add(visit);
  for (const name of sent.names) {
    const expected = message.field(name);
    const found = sent.field(name);
    if (expected === undefined) {
      site.fault(
        'GRPC_MESSAGE_MISMATCH',
        `has a request with "${name}", which ${message.title} does not have`,
        suggestName(name, message.names),
      );
    } else if (found !== undefined) {
      checkRequestField(site, { name, found, expected }, seen);
    }
  }
}

type SentField = { readonly name: string; readonly found: Shape; readonly expected: Shape };

function checkRequestField(site: CallSite, { name, found, expected }: SentField, seen: Set<string>): void {
  if (found.kind === 'any' || expected.kind === 'any') return;
  if (found.kind === 'list' && expected.kind === 'list') {
    checkRequestField(site, { name, found: found.of, expected: expected.of }, seen);
    return;
  }
  const [sent, wanted] = [describe(found), describe(expected)];
  if (found.kind === expected.kind && !isScalarMisfit(found, expected)) {
    checkRequest(site, found, expected, seen);
    return;
  }
  site.fault(
    'GRPC_MESSAGE_MISMATCH',
    `has a request whose "${name}" is ${sent}, but the message wants ${wanted}`,
    'Say with `request` what is sent. With `batch`, the fields of `this` are lists; without, single values.',
  );
}

/** Text may be digits, and anything may be written as text; but what is true or false is neither, nor the other way round. */
function isScalarMisfit(found: Shape, expected: Shape): boolean {
  if (found.kind !== 'leaf' || expected.kind !== 'leaf') return false;
  if (found.scalar === undefined || expected.scalar === undefined) return false;
  return expected.scalar === 'boolean'
    ? found.scalar !== 'boolean'
    : found.scalar === 'boolean' && expected.scalar === 'number';
}

function describe(shape: Exclude<Shape, { readonly kind: 'any' }>): string {
  switch (shape.kind) {
    case 'leaf':
      return shape.scalar === undefined ? 'a single value' : `a single value (${shape.scalar})`;
    case 'list':
      return 'a list';
    case 'object':
      return 'an object';
  }
}

function checkResponse(site: CallSite, call: GrpcCall): void {
  const { method, select, isBatched } = call;
  const type = site.returns ?? entityType(site.typeName, isBatched);
  if (isOutcome(method, type)) return;
  const compiled = select === undefined ? undefined : site.answerExpression('select', select);
  if (select !== undefined && compiled === undefined) return;
  const onUnknown = (message: string, remedy: string) =>
    site.fault('GRPC_MESSAGE_MISMATCH', `has a select that ${message}`, remedy);
  const answer = shapeOfAnswer(site, method);
  const selected = compiled === undefined ? answer : followExpression(compiled.node, answer, onUnknown);
  // A field's batched answer is a list of items, of which one or several are each parent's.
  if (site.kind === 'field' && isBatched) {
    checkBatch(site, selected);
    return;
  }
  const fit = site.kind === 'entity' ? fitEntity : fitType;
  fit(type, selected, site.fit, (message, remedy) =>
    site.fault('GRPC_MESSAGE_MISMATCH', `cannot be read from ${method.name}: ${message}`, remedy),
  );
}

/** That the call was made is all its answer says. */
function isOutcome(method: ProtoMethod, type: TypeNode): boolean {
  return isEmpty(method) && !method.responseStream && namedTypeOf(type).name.value === 'Boolean';
}

/** A stream's messages are a list, but for a subscription, which gets one after the other. */
function shapeOfAnswer(site: CallSite, { codec, responseType, responseStream }: ProtoMethod): Shape {
  const message = codec.shapeOf(responseType);
  return responseStream && site.kind !== 'subscription' ? listShape(message) : message;
}

function checkBatch(site: CallSite, selected: Shape): void {
  if (selected.kind === 'list' || selected.kind === 'any') return;
  site.fault('GRPC_MESSAGE_MISMATCH', 'is batched, but the answer is no list', 'Select the list of answers.');
}

function entityType(name: string, isBatched: boolean): TypeNode {
  const type: TypeNode = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } };
  return isBatched ? { kind: Kind.LIST_TYPE, type } : type;
}
