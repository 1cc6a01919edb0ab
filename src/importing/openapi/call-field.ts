import { tidyDescription } from '../describe.ts';
import { fieldsOf, isRecord, type Located } from '../description.ts';
import type { DraftDirective, DraftField, DraftInput, DraftValue, Todo } from '../draft.ts';
import { quoteName, quotePath } from '../json-path.ts';
import { objectProperties } from '../json-schema/object-properties.ts';
import { writeConstraint } from '../json-schema/write-constraint.ts';
import { writeInput } from '../json-schema/write-input.ts';
import { writeOutput } from '../json-schema/write-output.ts';
import { fieldName, jsonTodos, type TypeUse, type Writing } from '../json-schema/writing.ts';
import { enumValue } from '../print-draft.ts';
import { type Unwrapped, unwrap } from '../unwrap.ts';
import { toPascalCase, toSingular } from '../words.ts';
import { type Answer, isJsonType, mayBeMissing, type Operation, readBody } from './operation.ts';
import type { CallParameters } from './parameters.ts';
import type { Description } from '../description.ts';

/** The type of what an operation answers, and where it stands in the answer. */
export type CallResult = {
  readonly type: string;
  readonly select: string | undefined;
  readonly todos: readonly Todo[];
};

/** Writes the type of an answer: `null` where nothing is there by that key, a list always. */
export function writeResult(
  operation: Operation,
  answer: Answer,
  fieldName: string,
  writing: Writing,
): CallResult | { readonly why: string } {
  switch (answer.kind) {
    case 'empty':
      return { type: 'Boolean', select: undefined, todos: [] };
    case 'other':
      return { why: `it answers ${answer.mediaTypes.join(', ')}, not JSON` };
    case 'stream': {
      const use = writeOutput(answer.schema, toPascalCase(`${fieldName} event`), writing);
      return { type: `${use.type}${use.isNullable ? '' : '!'}`, select: use.project?.('@'), todos: jsonTodos(use) };
    }
    case 'json': {
      const unwrapped = unwrap(answer.schema, writing.read);
      const hint = resultHint(operation, unwrapped, fieldName);
      const use = writeOutput(unwrapped.at, hint, writing);
      const type = use.type + resultMark(operation, answer, use);
      return { type, select: selectOf(unwrapped, use), todos: jsonTodos(use) };
    }
  }
}

function resultHint({ method }: Operation, { isList }: Unwrapped, fieldName: string): string {
  const name = toPascalCase(isList ? toSingular(fieldName) : fieldName);
  return method === 'GET' ? name : `${name}Result`;
}

function resultMark(operation: Operation, answer: Answer & { readonly kind: 'json' }, use: TypeUse): string {
  if (use.isNullable || answer.isSometimesEmpty) return '';
  if (use.type.startsWith('[')) return '!';
  return operation.method === 'GET' || mayBeMissing(operation) ? '' : '!';
}

function selectOf({ path }: Unwrapped, { project }: TypeUse): string | undefined {
  const way = quotePath(path);
  return project?.(way) ?? (path.length === 0 ? undefined : way);
}

/** The `input` argument, and `body` where the rule that it is the body does not do. */
export type CallBody = { readonly input: DraftInput | undefined; readonly args: Readonly<Record<string, DraftValue>> };

export function writeBody(
  operation: Operation,
  fieldName: string,
  description: Description,
  writing: Writing,
): CallBody | { readonly why: string } {
  const body = readBody(operation, description);
  if (body === undefined || operation.method === 'GET') return noBody(operation);
  const format =
    [...body.schemas].find(([type]) => isJsonType(type)) ?? [...body.schemas].find(([type]) => type === FORM);
  if (format === undefined) {
    const types = [...body.schemas.keys()].join(', ');
    return types === '' ? noBody(operation) : { why: `it takes ${types}, not JSON or a form` };
  }
  const [mediaType, schema] = format;
  if (schema === undefined || isEmpty(schema)) return noBody(operation);
  const plan = { operation, schema, isRequired: body.isRequired, isForm: mediaType === FORM };
  return writeJsonBody({ ...plan, hint: `${toPascalCase(fieldName)}Input` }, writing);
}

const FORM = 'application/x-www-form-urlencoded';

/** Some generators describe a form without a field where there is no body. */
function isEmpty(schema: Located): boolean {
  const { properties, additionalProperties, type } = fieldsOf(schema);
  return (
    type === 'object' && isRecord(properties) && Object.keys(properties).length === 0 && additionalProperties !== true
  );
}

/** Else arguments that go into a header would be the body. */
function noBody({ method }: Operation): CallBody {
  const mayHaveBody = method !== 'GET' && method !== 'DELETE';
  return { input: undefined, args: mayHaveBody ? { bodyFormat: enumValue('NONE') } : {} };
}

type BodyPlan = {
  readonly operation: Operation;
  readonly schema: Located;
  readonly isRequired: boolean;
  readonly isForm: boolean;
  readonly hint: string;
};

function writeJsonBody({ operation, schema, isRequired, isForm, hint }: BodyPlan, writing: Writing): CallBody {
  const use = writeInput(schema, hint, writing);
  const isObject = writing.types.get(use.type)?.kind === 'input';
  const type = use.type + (isRequired && !use.isNullable ? '!' : '');
  const input: DraftInput = { name: 'input', type, directives: writeConstraint(writing.read(schema), type, writing) };
  const filled = filledBody(schema, writing);
  const format: CallBody['args'] = isForm ? { bodyFormat: enumValue('FORM') } : {};
  if (filled !== undefined) return { input, args: { body: filled, ...format } };
  const isUsual = isObject && operation.method !== 'DELETE';
  return { input, args: { ...(isUsual ? {} : { body: 'args.input' }), ...format } };
}

/** Where the gateway fills in a property (`x-selvedge-from: claims.sub`), the body is put together of all of them. */
function filledBody(at: Located, writing: Writing): string | undefined {
  const { read } = writing;
  const properties = [...(objectProperties(read(at), read) ?? [])].map(([name, property]) => ({
    name,
    at: property.at,
    schema: read(property.at),
  }));
  if (!properties.some(({ schema }) => schema.extensions['x-selvedge-from'] !== undefined)) return undefined;
  const entries = properties
    .filter(({ schema }) => !schema.isReadOnly)
    .map(({ name, at: own, schema }) => {
      const from = schema.extensions['x-selvedge-from'];
      const sent = `args.input.${quoteName(fieldName(name, own, writing).name)}`;
      return `${quoteName(name)}: ${typeof from === 'string' ? from : sent}`;
    });
  return `{ ${entries.join(', ')} }`;
}

type Parts = {
  readonly name: string;
  readonly parameters: CallParameters;
  readonly result: CallResult;
  readonly body: CallBody;
};

/** The field with its `@rest`. */
export function callField(operation: Operation, { name, parameters, result, body }: Parts): DraftField {
  const args: Record<string, DraftValue> = { [operation.method]: parameters.path, ...body.args };
  if (parameters.headers.length > 0) args['headers'] = parameters.headers;
  if (result.select !== undefined) args['select'] = result.select;
  const directives: DraftDirective[] = [{ name: 'rest', args }];
  if (operation.isDeprecated) directives.push({ name: 'deprecated', args: {} });
  return {
    name,
    type: result.type,
    description: tidyDescription(operation.summary),
    args: [...parameters.args, ...(body.input === undefined ? [] : [body.input])],
    directives,
  };
}
