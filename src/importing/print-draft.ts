import { isValidName } from './words.ts';
import type {
  Draft,
  DraftDirective,
  DraftEnumValue,
  DraftField,
  DraftInput,
  DraftType,
  DraftValue,
  Todo,
} from './draft.ts';

const WIDTH = 120;
const INDENT = '  ';

/** The draft as SDL, as a person would lay it out: at most 120 columns where words allow it. */
export function printDraft({ comments, settings, types }: Draft): string {
  const head = comments.map((line) => `# ${line}`.trimEnd()).join('\n');
  const schema =
    settings.length === 0 ? '' : `extend schema ${settings.map((setting) => printDirective(setting)).join(' ')}`;
  const intro = [head, schema].filter((part) => part !== '').join('\n');
  const definitions = types.flatMap((type) => printType(type).map((text) => printTodos(type.todos, '') + text));
  return `${[intro, ...definitions].filter((part) => part !== '').join('\n\n')}\n`;
}

function printType(type: DraftType): readonly string[] {
  const description = printDescription(type.description, '');
  switch (type.kind) {
    case 'object': {
      const head = printHead({ keyword: 'type', ...type });
      return type.fields.length === 0 ? [] : [`${head} {\n${type.fields.map(printField).join('\n')}\n}`];
    }
    case 'interface': {
      const head = printHead({ keyword: 'interface', ...type });
      return [`${head} {\n${type.fields.map(printField).join('\n')}\n}`];
    }
    case 'input':
      return [
        `${description}input ${type.name} {\n${type.fields.map((field) => printInput(field, INDENT)).join('\n')}\n}`,
      ];
    case 'enum':
      return [`${description}enum ${type.name} {\n${type.values.map(printEnumValue).join('\n')}\n}`];
    case 'union':
      return [printHead({ keyword: 'union', ...type, types: type.members })];
    case 'scalar':
      return [`${description}scalar ${type.name}`];
  }
}

type Head = {
  /** `type`, `extend schema` … */
  readonly keyword: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly interfaces?: readonly string[] | undefined;
  readonly directives?: readonly DraftDirective[];
  /** A union's. */
  readonly types?: readonly string[];
};

/** What stands before a definition's members: all of a union or scalar. */
export function printHead({ keyword, name, description, interfaces = [], directives = [], types = [] }: Head): string {
  const isSchema = keyword.endsWith('schema');
  const implementing = interfaces.length === 0 ? '' : ` implements ${interfaces.join(' & ')}`;
  const head = layOut(isSchema ? keyword : `${keyword} ${name}${implementing}`, directives, '');
  const line = types.length === 0 ? head : `${head} = ${types.join(' | ')}`;
  const wide = `${head} =${types.map((type) => `\n${INDENT}| ${type}`).join('')}`;
  return printDescription(description, '') + (line.length <= WIDTH || types.length === 0 ? line : wide);
}

/** One field, as it stands in its type. */
export function printField(field: DraftField): string {
  const head = `${INDENT}${field.name}${printArguments(field)}: ${field.type}`;
  return `${printTodos(field.todos, INDENT)}${printDescription(field.description, INDENT)}${layOut(head, field.directives, INDENT)}`;
}

function printTodos(todos: readonly Todo[] | undefined, indent: string): string {
  return (todos ?? []).map(({ text }) => `${indent}# TODO: ${text}\n`).join('');
}

function printArguments({ name, type, args }: DraftField): string {
  if (args.length === 0) return '';
  const line = `(${args.map((arg) => printInput({ ...arg, description: undefined }, '')).join(', ')})`;
  const isShort = args.every(({ description }) => description === undefined);
  if (isShort && INDENT.length + name.length + line.length + type.length + 2 <= WIDTH) return line;
  return `(\n${args.map((arg) => printInput(arg, INDENT + INDENT)).join('\n')}\n${INDENT})`;
}

/** An argument or an input field at its indentation. */
export function printInput({ name, type, description, initial, directives }: DraftInput, indent: string): string {
  const value = initial === undefined ? '' : ` = ${initial}`;
  return `${printDescription(description, indent)}${layOut(`${indent}${name}: ${type}${value}`, directives, indent)}`;
}

/** One value, as it stands in its enum. */
export function printEnumValue({ name, description, directives }: DraftEnumValue): string {
  return `${printDescription(description, INDENT)}${layOut(INDENT + name, directives, INDENT)}`;
}

/** Directives on the line if they fit there, else each on a line of its own, and its arguments too if they must. */
function layOut(head: string, directives: readonly DraftDirective[], indent: string): string {
  const line = [head, ...directives.map((directive) => printDirective(directive))].join(' ');
  if (line.slice(line.lastIndexOf('\n') + 1).length <= WIDTH - 2) return line;
  const inner = indent + INDENT;
  const lines = directives.map((directive) => {
    const printed = printDirective(directive);
    return inner.length + printed.length <= WIDTH - 2 ? printed : printDirective(directive, inner);
  });
  return [head, ...lines].join(`\n${inner}`);
}

/** With an indentation each argument has a line. */
function printDirective({ name, args }: DraftDirective, indent?: string): string {
  const given = Object.entries(args).map(([key, value]) => `${key}: ${printValue(value)}`);
  if (given.length === 0) return `@${name}`;
  if (typeof indent !== 'string' || given.length === 1) return `@${name}(${given.join(', ')})`;
  return `@${name}(${given.map((arg) => `\n${indent}${INDENT}${arg}`).join('')}\n${indent})`;
}

/** A text that looks like an enum value (`SNAKE_CASE` of `naming`) is still a text: enums are written by `enumValue`. */
function printValue(value: DraftValue): string {
  if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value as Record<string, DraftValue>);
    const [only] = entries;
    if (entries.length === 1 && only?.[0] === '$enum')
      return typeof only[1] === 'string' ? only[1] : printValue(only[1]);
    return `{ ${entries.map(([key, inner]) => `${key}: ${printValue(inner)}`).join(', ')} }`;
  }
  return JSON.stringify(value);
}

/** A directive's argument that is an enum value. */
export function enumValue(name: string): DraftValue {
  return { $enum: name };
}

/** A default value of the description as GraphQL text; undefined where it has no form there. */
export function printLiteral(value: unknown): string | undefined {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) {
    const items = value.map(printLiteral);
    return items.includes(undefined) ? undefined : `[${items.join(', ')}]`;
  }
  if (typeof value !== 'object') return undefined;
  const fields = Object.entries(value).map(([key, inner]) => [key, printLiteral(inner)] as const);
  if (fields.some(([key, inner]) => inner === undefined || !isValidName(key))) return undefined;
  return `{${fields.map(([key, inner]) => `${key}: ${inner}`).join(', ')}}`;
}

/** On one line in quotes if it fits; a block otherwise, its paragraphs kept. */
function printDescription(description: string | undefined, indent: string): string {
  if (description === undefined) return '';
  const line = `${indent}${JSON.stringify(description)}\n`;
  if (!description.includes('\n') && !/["\\]/.test(description) && line.length <= WIDTH) return line;
  const text = description.replaceAll('"""', '\\"""').split('\n');
  const body = text.map((part) => (part === '' ? '' : indent + part)).join('\n');
  return `${indent}"""\n${body}\n${indent}"""\n`;
}
