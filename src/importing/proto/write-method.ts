import { tidyDescription } from '../describe.ts';
import type { DraftDirective, DraftField, DraftInput, DraftValue } from '../draft.ts';
import { distinctNames } from '../field-naming.ts';
import { quoteName, quotePath } from '../json-path.ts';
import { isIdentifier } from '../json-schema/leaf-type.ts';
import { writeInput, writeInputField } from '../json-schema/write-input.ts';
import { writeOutput } from '../json-schema/write-output.ts';
import type { Writing } from '../json-schema/writing.ts';
import { toPascalCase, toSingular } from '../words.ts';
import type { Method } from './method.ts';

/** More fields of a request than these are one `input`. */
const MOST_ARGUMENTS = 8;

export type FieldPlan = {
  readonly method: Method;
  readonly name: string;
  /** The request's fields that are an entity's key. */
  readonly keys: ReadonlySet<string>;
  /** Those that come from the object the field is on. */
  readonly ofParent: readonly string[];
};

/** The type of what a method gives; written before any request, so that it has the plain name. */
export function writeMethodResult(
  { method, name }: FieldPlan,
  writing: Writing,
): { type: string; select: string | undefined } {
  const { answer, kind, isGathered } = method;
  if (answer === undefined) return { type: 'Boolean', select: undefined };
  const hint = toPascalCase(answer.isList ? toSingular(name) : name);
  const use = writeOutput(answer.at, hint, writing);
  const way = quotePath(answer.path);
  if (isGathered) return { type: `[${use.type}!]!`, select: gather(answer.path, use.project) };
  const isThere = answer.isList || kind !== 'query';
  const select = use.project?.(way) ?? (answer.path.length === 0 ? undefined : way);
  return { type: use.type + (isThere ? '!' : ''), select };
}

function gather(path: readonly string[], project: ((path: string) => string) | undefined): string | undefined {
  const way = path.length === 0 ? '' : `.${quotePath(path)}`;
  if (project !== undefined) return `[*]${way}.${project('@')}`;
  return way === '' ? undefined : `[]${way}`;
}

/** The field with its `@grpc`. */
export function writeMethodField(
  plan: FieldPlan,
  result: { readonly type: string; readonly select: string | undefined },
  writing: Writing,
): DraftField {
  const { method, name } = plan;
  const { args, request } = writeRequest(plan, writing);
  const given: Record<string, DraftValue> = { method: method.name };
  if (request !== undefined) given['request'] = request;
  if (result.select !== undefined) given['select'] = result.select;
  const directives: DraftDirective[] = [{ name: 'grpc', args: given }];
  if (method.isDeprecated) directives.push({ name: 'deprecated', args: {} });
  return { name, type: result.type, description: tidyDescription(method.notes.description), args, directives };
}

function writeRequest(
  plan: FieldPlan,
  writing: Writing,
): { readonly args: readonly DraftInput[]; readonly request?: string } {
  const { request } = plan.method;
  const filled = [...request.properties].flatMap(([name, at]) => {
    const from = plan.ofParent.includes(name) ? `this.${name}` : writing.read(at).extensions['x-selvedge-from'];
    return typeof from === 'string' ? [`${quoteName(name)}: ${from}`] : [];
  });
  const sent = [...request.properties].filter(([name, at]) => {
    const { isReadOnly, extensions } = writing.read(at);
    return !isReadOnly && !plan.ofParent.includes(name) && extensions['x-selvedge-from'] === undefined;
  });
  if (sent.length > MOST_ARGUMENTS && filled.length === 0) {
    const { type } = writeInput(request.at, `${toPascalCase(plan.name)}Input`, writing);
    return { args: [{ name: 'input', type: `${type}!`, directives: [] }], request: 'args.input' };
  }
  const distinct = distinctNames();
  const args = sent.map(([name]) => writeArgument(name, { plan, distinct }, writing));
  if (filled.length === 0) return { args };
  const entries = sent.map(([name], index) => `${quoteName(name)}: args.${args[index]?.name ?? name}`);
  return { args: withoutMaps(args), request: `{ ${[...entries, ...filled].join(', ')} }` };
}

/** Where an expression names the request's fields, arguments need not. */
function withoutMaps(args: readonly DraftInput[]): readonly DraftInput[] {
  return args.map((arg) => ({ ...arg, directives: arg.directives.filter(({ name }) => name !== 'map') }));
}

type ArgumentPlan = { readonly plan: FieldPlan; readonly distinct: (name: string) => string };

function writeArgument(wireName: string, { plan, distinct }: ArgumentPlan, writing: Writing): DraftInput {
  const { request, words } = plan.method;
  const at = request.properties.get(wireName) ?? request.at;
  const isOnly = request.properties.size === 1 && /^get$/i.test(words[0] ?? '');
  const property = { at, isRequired: request.required.has(wireName) || isOnly, isMixed: false };
  const hint = toPascalCase(plan.name) + toPascalCase(wireName);
  const written = writeInputField({ wireName, property, hint }, writing);
  const isId = plan.keys.has(wireName) || isIdentifier(wireName);
  const type = isId ? written.type.replace(/^(\[?)String\b/, '$1ID') : written.type;
  return { ...written, name: distinct(written.name), type };
}
