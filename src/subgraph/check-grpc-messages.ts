import type { BatchArgument, CallSite, RequestExpression } from './call-site.ts';
import { checkAnswer } from './check-answer.ts';
import { suggestName } from './did-you-mean.ts';
import { isOutcome, type ProtoMethod } from './proto-method.ts';
import { anyShape, listShape, type ObjectShape, type Shape, shapeOfInput } from './shape.ts';

type GrpcCall = {
  readonly method: ProtoMethod;
  readonly request: RequestExpression | undefined;
  readonly select: string | undefined;
  readonly batch: BatchArgument | undefined;
};

/** Checks that a method's messages take what the call sends and have what the field's type asks for. */
export function checkGrpcMessages(site: CallSite, call: GrpcCall): void {
  const request = call.method.codec.requestShapeOf(call.method.requestType);
  if (call.request === undefined) checkNamed(site, request, call.batch);
  else checkRequest(site, call.request.shape, request);
  checkResponse(site, call);
}

/** What is sent by name: all arguments, and of the key what the message has. */
function checkNamed(site: CallSite, message: Shape, batch: BatchArgument | undefined): void {
  if (message.kind !== 'object') return;
  checkArguments(site, message);
  if (site.kind !== 'entity' && batch === undefined) return;
  const sent = [...site.keyFields].flatMap((name) => {
    const expected = message.field(site.toWireArgument(name));
    const one = site.self?.field(name) ?? anyShape;
    return expected === undefined ? [] : [{ name, found: batch === undefined ? one : listShape(one), expected }];
  });
  for (const field of sent) checkRequestField(site, field, new Set());
  if (sent.length > 0 || site.keyFields.size === 0) return;
  const lacking = `is fetched by its key, of which ${message.title} has no field by name`;
  site.fault('BINDING_WITHOUT_KEY', lacking, 'Say with `request` where the key goes.');
}

function checkArguments(site: CallSite, message: ObjectShape): void {
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

function checkResponse(site: CallSite, { method, select, batch }: GrpcCall): void {
  if (isOutcome(method, site.returns)) return;
  checkAnswer(site, {
    shape: shapeOfAnswer(site, method),
    name: method.name,
    code: 'GRPC_MESSAGE_MISMATCH',
    select,
    batch,
  });
}

/** A stream's messages are a list, but for a subscription, which gets one after the other. */
function shapeOfAnswer(site: CallSite, { codec, responseType, responseStream }: ProtoMethod): Shape {
  const message = codec.shapeOf(responseType);
  return responseStream && site.kind !== 'subscription' ? listShape(message) : message;
}
