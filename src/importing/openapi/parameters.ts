import { tidyDescription } from '../describe.ts';
import type { Located } from '../description.ts';
import { type DraftDirective, type DraftInput, mapFrom } from '../draft.ts';
import { distinctNames } from '../field-naming.ts';
import type { FlatSchema, ReadSchema } from '../json-schema/flat-schema.ts';
import { isIdentifier } from '../json-schema/leaf-type.ts';
import { writeConstraint } from '../json-schema/write-constraint.ts';
import { writeInputField } from '../json-schema/write-input.ts';
import type { Writing } from '../json-schema/writing.ts';
import { toCamelCase, toPascalCase } from '../words.ts';
import type { Operation, Parameter } from './operation.ts';

/** An operation's parameters as a field's arguments and the places of its call. */
export type CallParameters = {
  readonly args: readonly DraftInput[];
  /** A URI template. */
  readonly path: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly leftOut: readonly { readonly parameter: Parameter; readonly why: string }[];
};

type Options = {
  /** The field's name, for the types of its arguments. */
  readonly fieldName: string;
  /** Names for path parameters that are no argument: fields of the parent. */
  readonly ofParent: ReadonlyMap<string, string>;
  /** What path parameters are called where they are an entity's key. */
  readonly keyNames: ReadonlyMap<string, string>;
  /** Whether a header is what callers are known by, which the config sees to. */
  readonly isCredential: (header: string) => boolean;
};

type Found = { readonly parameter: Parameter; readonly argument: DraftInput };

/** Undefined, with the reason, where a parameter that the service needs cannot be sent. */
export function writeParameters(
  operation: Operation,
  options: Options,
  writing: Writing,
): CallParameters | { readonly why: string } {
  const declared = [
    ...operation.parameters.flatMap((parameter) => flattenParameter(parameter, writing)),
    ...undeclared(operation),
  ];
  if (/[\s\\#]/.test(operation.path.replaceAll(/\{[^{}]*\}/g, ''))) return { why: 'its path has what no URL has' };
  const distinct = distinctNames();
  const found: Found[] = [];
  const leftOut: { parameter: Parameter; why: string }[] = [];
  for (const parameter of declared) {
    if (isSeenTo(parameter, options)) continue;
    const isTaken = isNamedTwice(parameter, [...operation.parameters, ...found.map((other) => other.parameter)]);
    const why = isTaken ? 'has the name of another one' : whyNotSent(parameter, writing);
    if (why === undefined) found.push({ parameter, argument: toArgument(parameter, distinct, options, writing) });
    else if (parameter.isRequired && !isTaken) return { why: `its parameter "${parameter.name}" ${why}` };
    else leftOut.push({ parameter, why });
  }
  return {
    args: found
      .map(({ argument }) => argument)
      .toSorted((a, b) => Number(b.type.endsWith('!')) - Number(a.type.endsWith('!'))),
    path: toTemplate(operation.path, found, options),
    headers: toHeaders(found),
    leftOut,
  };
}

/** Given by the parent, the gateway or its config. */
function isSeenTo({ in: place, name }: Parameter, { ofParent, isCredential }: Options): boolean {
  if (place === 'path') return ofParent.has(name);
  return place === 'header' && (ownHeaders.test(name) || isCredential(name));
}

/** An object that is spread may have a property that is called like another parameter. */
function isNamedTwice({ in: place, name, source }: Parameter, others: readonly Parameter[]): boolean {
  return others.some((other) => other.in === place && other.name === name && other.source !== source);
}

/** Those that the gateway or HTTP itself sets. */
const ownHeaders =
  /^(accept|accept-encoding|content-type|content-encoding|authorization|if-none-match|last-event-id|host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect)$/i;

/** Paths sometimes name parameters that nothing describes. */
function undeclared({ path, parameters, at }: Operation): readonly Parameter[] {
  const known = new Set(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name));
  const names = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name).filter((name) => !known.has(name));
  const schema: Located = { ...at, value: { type: 'string' }, pointer: `${at.pointer}/path` };
  return names.map((name) => ({
    name,
    in: 'path',
    isRequired: true,
    schema,
    isEncoded: false,
    style: 'simple',
    isExploded: false,
    description: undefined,
    isDeprecated: false,
    source: schema,
  }));
}

/** A parameter of which the description knows more than its style says: one or several, or an object's properties. */
function flattenParameter(parameter: Parameter, { read }: Writing): readonly Parameter[] {
  const schema = read(parameter.schema);
  const list = schema.choices.find((choice) => read(choice).items !== undefined);
  // One or several: a list of one is one.
  if (list !== undefined && parameter.style === 'form') return [{ ...parameter, schema: list }];
  if (schema.items !== undefined) return [toUsualStyle(parameter)];
  const object = [schema, ...schema.choices.map(read)].find(({ properties }) => properties.size > 0);
  return object === undefined || !isSpread(parameter) ? [parameter] : spread(parameter, object, read);
}

/** A list has no properties: its deep names are `expand[]`. */
function toUsualStyle(parameter: Parameter): Parameter {
  if (parameter.style !== 'deepObject') return parameter;
  return { ...parameter, name: `${parameter.name}[]`, style: 'form', isExploded: true };
}

function isSpread({ in: place, style, isExploded, isEncoded }: Parameter): boolean {
  return style === 'deepObject' || (place === 'query' && style === 'form' && isExploded && !isEncoded);
}

/** `filter[status]` and `filter[owner]` of a `deepObject`, or `status` and `owner`, each a parameter of its own. */
function spread(parameter: Parameter, object: FlatSchema, read: ReadSchema): readonly Parameter[] {
  return [...object.properties].map(([property, at]) => ({
    ...parameter,
    name: parameter.style === 'deepObject' ? `${parameter.name}[${property}]` : property,
    isRequired: parameter.isRequired && object.required.has(property),
    schema: at,
    description: read(at).description,
    style: 'form',
  }));
}

function whyNotSent(parameter: Parameter, writing: Writing): string | undefined {
  if (parameter.in === 'querystring') return 'is a whole query';
  return parameter.name.trim() === '' ? 'has no name' : whyNoPlace(parameter, writing);
}

function whyNoPlace({ name, in: place, schema, isEncoded, style }: Parameter, { read }: Writing): string | undefined {
  if (isEncoded) return undefined;
  const { items, properties, choices } = read(schema);
  const isObject = (at: Located): boolean => read(at).properties.size > 0;
  if (properties.size > 0 || choices.some(isObject)) return 'is an object, which has no place in a URL';
  const fault = styleFaults.get(style);
  if (fault !== undefined) return fault;
  if (items !== undefined && isObject(items)) return 'is a list of objects, which has no place in a URL';
  return place === 'header' || place === 'cookie' ? whyNoHeader(name, items !== undefined) : undefined;
}

const styleFaults: ReadonlyMap<string, string> = new Map([
  ['spaceDelimited', 'is a list parted by spaces'],
  ['pipeDelimited', 'is a list parted by bars'],
  ['deepObject', 'is an object of which no property is described'],
]);

function whyNoHeader(name: string, isList: boolean): string | undefined {
  if (isList) return 'is a list, which has no place in a header';
  return /^[\w.-]+$/.test(name) ? undefined : 'is no name of a header';
}

function toArgument(
  parameter: Parameter,
  distinct: (name: string) => string,
  options: Options,
  writing: Writing,
): DraftInput {
  const { name: wireName, in: place, isRequired } = parameter;
  const schema = parameter.isEncoded ? { ...parameter.schema, value: { type: 'string' } } : parameter.schema;
  const hint = hintFor(parameter, options.fieldName, writing);
  const written = writeInputField({ wireName, property: { at: schema, isRequired, isMixed: false }, hint }, writing);
  const keyName = place === 'path' ? options.keyNames.get(wireName) : undefined;
  const usual = place === 'query' ? written.name : toCamelCase(wireName);
  const name = distinct(keyName ?? usual);
  const type = keyName === undefined ? identifierOr(written.type, wireName) : 'ID!';
  return {
    ...written,
    name,
    type,
    description: tidyDescription(parameter.description),
    directives: [
      ...queryName(parameter, name, writing),
      ...writeConstraint(writing.read(schema), type, writing),
      ...deprecation(parameter, written),
    ],
  };
}

/** In a URL a number is a text like any other. */
function identifierOr(type: string, name: string): string {
  return isIdentifier(name) ? type.replace(/^(Int|BigInt|String|UUID)\b/, 'ID') : type;
}

/** Only a query parameter's name is on the wire; the other places are written out in the call. */
function queryName(
  { name: wireName, in: place }: Parameter,
  name: string,
  { naming }: Writing,
): readonly DraftDirective[] {
  const usual = naming.toField(wireName);
  return place !== 'query' || (usual.isSame && name === usual.name) ? [] : [mapFrom(wireName)];
}

/** What must be given can't be deprecated. */
function deprecation({ isDeprecated }: Parameter, { type }: DraftInput): readonly DraftDirective[] {
  return isDeprecated && !type.endsWith('!') ? [{ name: 'deprecated', args: {} }] : [];
}

/** Two operations' `sort` are one enum if they have the same values, else each its own. */
function hintFor({ name, schema }: Parameter, fieldName: string, { read, writeEnum }: Writing): string {
  const flat = read(schema);
  const { values = [] } = flat.items === undefined ? flat : read(flat.items);
  const long = toPascalCase(fieldName) + toPascalCase(name);
  const isEnum = flat.name === undefined && values.length > 1 && values.every((value) => typeof value === 'string');
  return isEnum ? writeEnum(values, [toPascalCase(name), long]) : long;
}

function toTemplate(path: string, found: readonly Found[], { ofParent }: Options): string {
  const ofPath = new Map(
    found.filter(({ parameter }) => parameter.in === 'path').map((item) => [item.parameter.name, item]),
  );
  const template = path.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
    const item = ofPath.get(name);
    const operator = { label: '.', matrix: ';' }[item?.parameter.style ?? ''] ?? '';
    return `{${operator}${item?.argument.name ?? ofParent.get(name) ?? name}}`;
  });
  const query = found
    .filter(({ parameter }) => parameter.in === 'query')
    .map(
      ({ parameter, argument }) => argument.name + (parameter.isExploded && argument.type.startsWith('[') ? '*' : ''),
    );
  return query.length === 0 ? template : `${template}{${template.includes('?') ? '&' : '?'}${query.join(',')}}`;
}

function toHeaders(found: readonly Found[]): CallParameters['headers'] {
  const headers = found
    .filter(({ parameter }) => parameter.in === 'header')
    .map(({ parameter, argument }) => ({ name: parameter.name.toLowerCase(), value: `{args.${argument.name}}` }));
  const cookies = found
    .filter(({ parameter }) => parameter.in === 'cookie')
    .map(({ parameter, argument }) => `${parameter.name}={args.${argument.name}}`);
  return cookies.length === 0 ? headers : [...headers, { name: 'cookie', value: cookies.join('; ') }];
}
