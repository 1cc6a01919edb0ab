import { tidyDescription } from '../describe.ts';
import type { DraftDirective, DraftField, DraftInput, DraftValue, Todo } from '../draft.ts';
import { distinctNames } from '../field-naming.ts';
import { quoteName, quotePath } from '../json-path.ts';
import type { FlatSchema } from '../json-schema/flat-schema.ts';
import { isIdentifier } from '../json-schema/leaf-type.ts';
import { isEnumName } from '../json-schema/write-enum.ts';
import { writeInput, writeInputField } from '../json-schema/write-input.ts';
import { writeOutput } from '../json-schema/write-output.ts';
import { followedBy, jsonTodos, type Writing } from '../json-schema/writing.ts';
import { toPascalCase, toSingular } from '../words.ts';
import { type Call, isGet, type PlaceParameter } from './call.ts';

/** More fields of a request than these are one `input`. */
const MOST_ARGUMENTS = 8;

export type FieldPlan = {
  readonly call: Call;
  readonly name: string;
  /** The request's fields that are an entity's key. */
  readonly keys: ReadonlySet<string>;
  /** Those that come from the object the field is on. */
  readonly ofParent: readonly string[];
};

/** What a call gives, and where it stands in the answer. */
export type CallResult = {
  readonly type: string;
  readonly select: string | undefined;
  readonly todos: readonly Todo[];
};

/** The type of what a call gives; written before any request, so that it has the plain name. */
export function writeCallResult({ call, name }: FieldPlan, writing: Writing): CallResult {
  const { answer, kind, isGathered } = call;
  if (answer === undefined) return { type: 'Boolean', select: undefined, todos: [] };
  const hint = toPascalCase(answer.isList ? toSingular(name) : name);
  const use = writeOutput(answer.at, hint, writing);
  const way = quotePath(answer.path);
  const todos = jsonTodos(use);
  if (isGathered) return { type: `[${use.type}!]!`, select: gather(answer.path, use.project), todos };
  const isThere = answer.isList || kind !== 'query';
  const select = use.project?.(way) ?? (answer.path.length === 0 ? undefined : way);
  return { type: use.type + (isThere ? '!' : ''), select, todos };
}

function gather(path: readonly string[], project: ((path: string) => string) | undefined): string | undefined {
  const way = path.length === 0 ? '' : `.${quotePath(path)}`;
  if (project !== undefined) return `[*]${way}${followedBy(project('@'))}`;
  return way === '' ? undefined : `[]${way}`;
}

/** The field with its call. */
export function writeCallField(plan: FieldPlan, result: CallResult, writing: Writing): DraftField {
  const { call, name } = plan;
  const { args, request } = writeRequest(plan, writing);
  const given: Record<string, DraftValue> = { ...call.place };
  if (request !== undefined) given[call.expression] = request;
  if (result.select !== undefined && call.directive !== 'publish') given['select'] = result.select;
  const directives: DraftDirective[] = [{ name: call.directive, args: given }];
  if (call.isDeprecated) directives.push({ name: 'deprecated', args: {} });
  const { description } = call.notes;
  const words = tidyDescription(typeof description === 'string' ? description : undefined);
  return { name, type: result.type, description: words, args, directives, todos: [...call.todos, ...result.todos] };
}

type Request = { readonly args: readonly DraftInput[]; readonly request?: string };

function writeRequest(plan: FieldPlan, writing: Writing): Request {
  const { request, parameters } = plan.call;
  const filled = [...request.properties].flatMap(([name, at]) => {
    const from = plan.ofParent.includes(name) ? `this.${name}` : writing.read(at).extensions['x-selvedge-from'];
    return typeof from === 'string' ? [`${quoteName(name)}: ${from}`] : [];
  });
  const sent = [...request.properties].filter(([name, at]) => {
    const { isReadOnly, extensions } = writing.read(at);
    return !isReadOnly && !plan.ofParent.includes(name) && extensions['x-selvedge-from'] === undefined;
  });
  const isSent = (name: string): boolean => sent.some(([property]) => writing.naming.toField(property).name === name);
  const ofPlace = parameters
    .filter(({ name }) => !isSent(name))
    .map((parameter) => placeArgument(parameter, plan.name, writing));
  const isOne = sent.length > MOST_ARGUMENTS || (request.properties.size === 0 && saysAnything(request));
  if (isOne && filled.length === 0) {
    const { type } = writeInput(request.at, `${toPascalCase(plan.name)}Input`, writing);
    return { args: [...ofPlace, { name: 'input', type: `${type}!`, directives: [] }], request: 'args.input' };
  }
  const distinct = distinctNames();
  const args = sent.map(([name]) => writeArgument(name, { plan, distinct }, writing));
  const all = [...ofPlace, ...args].toSorted((a, b) => Number(b.type.endsWith('!')) - Number(a.type.endsWith('!')));
  // Without an expression all arguments are sent, those of the place too.
  if (filled.length === 0 && (ofPlace.length === 0 || request.properties.size === 0)) return { args: all };
  const entries = sent.map(([name], index) => `${quoteName(name)}: args.${args[index]?.name ?? name}`);
  return { args: withoutMaps(all), request: `{ ${[...entries, ...filled].join(', ')} }` };
}

/** A message may be no object, or one of several. An object without properties is nothing. */
function saysAnything({ types, values, items, choices, isOpen }: FlatSchema): boolean {
  return (
    isOpen ||
    [...types].some((type) => type !== 'object') ||
    values !== undefined ||
    items !== undefined ||
    choices.length > 0
  );
}

function placeArgument(parameter: PlaceParameter, fieldName: string, { writeEnum }: Writing): DraftInput {
  const { name, description, values } = parameter;
  // In a place a value stands as it is called: one that GraphQL does not take as a name has no other.
  const isEnum = values.length > 1 && values.every(isEnumName);
  const own = toPascalCase(name);
  const type = isEnum ? writeEnum(values, [own, toPascalCase(fieldName) + own]) : isIdentifier(name) ? 'ID' : 'String';
  return { name, type: `${type}!`, description: tidyDescription(description), directives: [] };
}

/** Where an expression names the request's fields, arguments need not. */
function withoutMaps(args: readonly DraftInput[]): readonly DraftInput[] {
  return args.map((arg) => ({ ...arg, directives: arg.directives.filter(({ name }) => name !== 'map') }));
}

type ArgumentPlan = { readonly plan: FieldPlan; readonly distinct: (name: string) => string };

function writeArgument(wireName: string, { plan, distinct }: ArgumentPlan, writing: Writing): DraftInput {
  const { request, words, parameters } = plan.call;
  const at = request.properties.get(wireName) ?? request.at;
  const isOnly = request.properties.size === 1 && isGet(words);
  const isRequired =
    request.required.has(wireName) ||
    isOnly ||
    parameters.some(({ name }) => name === writing.naming.toField(wireName).name);
  const property = { at, isRequired, isMixed: false };
  const hint = toPascalCase(plan.name) + toPascalCase(wireName);
  const written = writeInputField({ wireName, property, hint }, writing);
  const isId = plan.keys.has(wireName) || isIdentifier(wireName);
  const type = isId ? written.type.replace(/^(\[?)String\b/, '$1ID') : written.type;
  return { ...written, name: distinct(written.name), type };
}
