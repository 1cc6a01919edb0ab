import {
  type ASTNode,
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  getNamedType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isRequiredArgument,
  Kind,
  validateInputLiteral,
  visit,
} from 'graphql';
import { suggestName } from './did-you-mean.ts';
import type { Federation } from './federation.ts';
import { notBuiltYet, sinceVersion } from './federation-directives.ts';
import type { KnownDirective } from './known-directives.ts';
import type { Report } from './report.ts';

type Check = {
  readonly known: ReadonlyMap<string, KnownDirective>;
  readonly federation: Federation;
  readonly report: Report;
};

/**
 * Checks every use of a directive: that there is one of that name, where it stands, and its arguments. Gives the uses
 * that are in order, so that their readers may trust their arguments.
 */
export function checkDirectives(document: DocumentNode, check: Check): ReadonlySet<ConstDirectiveNode> {
  const valid = new Set<ConstDirectiveNode>();
  visit(document, {
    enter: (node, _key, _parent, path) => {
      if (!('directives' in node) || node.directives === undefined) return;
      const location = locationOf(node, path);
      const seen = new Set<string>();
      for (const directive of node.directives) {
        const isRepeated = seen.has(directive.name.value);
        seen.add(directive.name.value);
        if (checkDirective(directive, { location, isRepeated }, check)) valid.add(directive as ConstDirectiveNode);
      }
    },
  });
  return valid;
}

type Use = { readonly location: string | undefined; readonly isRepeated: boolean };

function checkDirective(node: DirectiveNode, { location, isRepeated }: Use, check: Check): boolean {
  const name = node.name.value;
  const directive = check.known.get(name);
  if (directive === undefined || isNotBuilt(name, check)) {
    reportUnknown(node, check);
    return false;
  }
  const error = (message: string, remedy: string, at: ASTNode = node) =>
    check.report.error({ code: 'INVALID_GRAPHQL', message, remedy, at });
  const isMisplaced = location !== undefined && !directive.locations.includes(location);
  if (isMisplaced) {
    error(
      `@${name} cannot stand on ${places[location] ?? location}.`,
      `It stands on: ${directive.locations.map((known) => places[known] ?? known).join(', ')}.`,
    );
  }
  const isDoubled = isRepeated && !directive.isRepeatable;
  if (isDoubled) error(`@${name} stands twice in one place.`, 'Keep one.');
  const hasSoundArguments = checkArguments(node, directive, error);
  return hasSoundArguments && !isMisplaced && !isDoubled;
}

/** Of the specification, and known by its version, but nothing here would act on it. */
function isNotBuilt(name: string, { federation }: Check): boolean {
  const meaning = federation.names.get(name);
  return meaning !== undefined && notBuiltYet.has(meaning);
}

function reportUnknown(node: DirectiveNode, { known, federation, report }: Check): void {
  const name = node.name.value;
  const meaning = federation.names.get(name) ?? name;
  if (notBuiltYet.has(meaning)) {
    const remedy = 'Take it off; or define it in the schema, if it is a directive of your own.';
    report.error({
      code: 'INVALID_GRAPHQL',
      message: `Unknown directive @${name}: this version of Selvedge does not have it.`,
      remedy,
      at: node,
    });
    return;
  }
  const brought = sinceVersion(name);
  const usable = [...known.keys()].filter((candidate) => !candidate.includes('__'));
  const remedy =
    federation.link !== undefined && brought !== undefined
      ? `Import it: add "@${name}" to the import list of the @link to Federation${brought === 'v1' ? '' : `, ${brought} or newer`}.`
      : suggestDirective(name, usable);
  report.error({ code: 'INVALID_GRAPHQL', message: `Unknown directive @${name}.`, remedy, at: node });
}

function suggestDirective(name: string, usable: readonly string[]): string {
  const suggestion = suggestName(name, usable);
  return suggestion.startsWith('Did')
    ? suggestion.replace(/"(.*)"/, '"@$1"')
    : 'Define it in the schema, or take it off.';
}

function sayType(type: GraphQLInputType): string {
  const named = getNamedType(type);
  if (isEnumType(named))
    return `Choose from: ${named
      .getValues()
      .map(({ name }) => name)
      .join(', ')}.`;
  if (!isInputObjectType(named)) return `It takes ${String(type)}.`;
  return `It takes { ${Object.values(named.getFields())
    .map((field) => `${field.name}: ${String(field.type)}`)
    .join(', ')} }.`;
}

type OnError = (message: string, remedy: string, at?: ASTNode) => void;

function checkArguments(node: DirectiveNode, directive: KnownDirective, onError: OnError): boolean {
  const { arguments: known } = directive;
  if (known === undefined) return false;
  let isSound = true;
  const error: OnError = (...fault) => {
    isSound = false;
    onError(...fault);
  };
  const name = node.name.value;
  const given = new Set<string>();
  for (const argument of node.arguments ?? []) {
    const argumentName = argument.name.value;
    const definition = known.get(argumentName);
    if (definition === undefined)
      error(`@${name} has no argument "${argumentName}".`, suggestName(argumentName, known.keys()), argument);
    if (given.has(argumentName)) error(`@${name} is given "${argumentName}" twice.`, 'Keep one.', argument);
    given.add(argumentName);
    if (definition === undefined) continue;
    validateInputLiteral(argument.value, definition.type, ({ message }) => {
      const [, what = message, suggestion] = /^(.*?\.)\s+(Did you mean .*)$/s.exec(message) ?? [];
      error(`@${name}(${argumentName}:) is wrong: ${what}`, suggestion ?? sayType(definition.type), argument.value);
    });
  }
  for (const definition of known.values()) {
    if (isRequiredArgument(definition) && !given.has(definition.name)) {
      error(`@${name} needs the argument "${definition.name}".`, `Write @${name}(${definition.name}: …).`);
    }
  }
  return isSound;
}

function locationOf(node: ASTNode, path: readonly (string | number)[]): string | undefined {
  if (node.kind !== Kind.INPUT_VALUE_DEFINITION) return locations[node.kind];
  return path.at(-2) === 'arguments' ? 'ARGUMENT_DEFINITION' : 'INPUT_FIELD_DEFINITION';
}

const locations: Readonly<Partial<Record<ASTNode['kind'], string>>> = {
  [Kind.SCHEMA_DEFINITION]: 'SCHEMA',
  [Kind.SCHEMA_EXTENSION]: 'SCHEMA',
  [Kind.SCALAR_TYPE_DEFINITION]: 'SCALAR',
  [Kind.SCALAR_TYPE_EXTENSION]: 'SCALAR',
  [Kind.OBJECT_TYPE_DEFINITION]: 'OBJECT',
  [Kind.OBJECT_TYPE_EXTENSION]: 'OBJECT',
  [Kind.FIELD_DEFINITION]: 'FIELD_DEFINITION',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'INTERFACE',
  [Kind.INTERFACE_TYPE_EXTENSION]: 'INTERFACE',
  [Kind.UNION_TYPE_DEFINITION]: 'UNION',
  [Kind.UNION_TYPE_EXTENSION]: 'UNION',
  [Kind.ENUM_TYPE_DEFINITION]: 'ENUM',
  [Kind.ENUM_TYPE_EXTENSION]: 'ENUM',
  [Kind.ENUM_VALUE_DEFINITION]: 'ENUM_VALUE',
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'INPUT_OBJECT',
  [Kind.INPUT_OBJECT_TYPE_EXTENSION]: 'INPUT_OBJECT',
};

const places: Readonly<Record<string, string>> = {
  SCHEMA: 'the schema',
  SCALAR: 'a scalar',
  OBJECT: 'an object type',
  FIELD_DEFINITION: 'a field',
  INTERFACE: 'an interface',
  UNION: 'a union',
  ENUM: 'an enum',
  ENUM_VALUE: 'an enum value',
  INPUT_OBJECT: 'an input type',
  ARGUMENT_DEFINITION: 'an argument',
  INPUT_FIELD_DEFINITION: 'an input field',
};
