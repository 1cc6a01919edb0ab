import { Kind } from 'graphql';
import type {
  ConstDirectiveNode,
  DefinitionNode,
  DocumentNode,
  FieldDefinitionNode,
  FieldNode,
  InterfaceTypeDefinitionNode,
  ObjectTypeDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import type { Problem } from '../errors/problem.ts';
import type { AccessRule } from '../model/supergraph.ts';
import { namedTypeOf } from '../subgraph/type-index.ts';
import { parseFieldSet } from './field-set.ts';
import { remedyFor } from './remedies.ts';

type Rules = ReadonlyMap<string, AccessRule>;
type FieldsType = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** A supergraph's objects and interfaces by name, and the objects behind each interface. */
type Types = {
  readonly named: ReadonlyMap<string, FieldsType>;
  readonly behind: ReadonlyMap<string, readonly string[]>;
};

/**
 * Fields of a supergraph that are not protected as strictly as what they `@requires`, at any depth: whoever may see one could
 * learn from it what the other keeps. (Apollo's MISSING_TRANSITIVE_AUTH_REQUIREMENTS.) Problems have coordinates, and no places.
 */
export function findOpenRequirements(document: DocumentNode, rules: Rules): readonly Problem[] {
  if (rules.size === 0) return [];
  const types = readTypes(document);
  return [...types.named.values()].flatMap((type) =>
    (type.fields ?? []).flatMap((field) => {
      const given = together([type.name.value, `${type.name.value}.${field.name.value}`, valueTypeOf(field)], rules);
      const needed = new Set(requirementsOf(field).flatMap((text) => [...neededBy(type.name.value, text, types)]));
      const closed = [...needed].filter((coordinate) => !isEnough(given, rules.get(coordinate)));
      return closed.length === 0 ? [] : [toProblem(`${type.name.value}.${field.name.value}`, closed)];
    }),
  );
}

function readTypes({ definitions }: DocumentNode): Types {
  const all = definitions.filter(isFieldsType);
  const implementing = all
    .filter(({ kind }) => kind === Kind.OBJECT_TYPE_DEFINITION)
    .flatMap(({ name, interfaces = [] }) => interfaces.map((each) => [each.name.value, name.value] as const));
  const behind = Map.groupBy(implementing, ([name]) => name);
  return {
    named: new Map(all.map((type) => [type.name.value, type])),
    behind: new Map([...behind].map(([name, pairs]) => [name, pairs.map(([, object]) => object)])),
  };
}

function isFieldsType(node: DefinitionNode): node is FieldsType {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;
}

const valueTypeOf = ({ type }: FieldDefinitionNode): string => namedTypeOf(type).name.value;

function requirementsOf({ directives = [] }: FieldDefinitionNode): readonly string[] {
  return directives.flatMap((directive) => (directive.name.value === 'join__field' ? requiresOf(directive) : []));
}

function requiresOf({ arguments: given = [] }: ConstDirectiveNode): readonly string[] {
  return given.flatMap(({ name, value }) =>
    name.value === 'requires' && value.kind === Kind.STRING ? [value.value] : [],
  );
}

function neededBy(typeName: string, text: string, types: Types): Iterable<string> {
  const [fragment] = parseFieldSet(typeName, text)?.definitions ?? [];
  return fragment?.kind === Kind.FRAGMENT_DEFINITION ? neededIn(fragment.selectionSet, typeName, types) : [];
}

/** The coordinates that a selection shows: fields, the types of their values, and the objects behind an interface. */
function* neededIn({ selections }: SelectionSetNode, typeName: string, types: Types): Generator<string> {
  const owners = [typeName, ...(types.behind.get(typeName) ?? [])];
  yield* owners;
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT)
      yield* neededIn(selection.selectionSet, selection.typeCondition?.name.value ?? typeName, types);
    if (selection.kind === Kind.FIELD) for (const owner of owners) yield* neededByField(selection, owner, types);
  }
}

function* neededByField({ name, selectionSet }: FieldNode, owner: string, types: Types): Generator<string> {
  yield `${owner}.${name.value}`;
  const field = types.named.get(owner)?.fields?.find((each) => each.name.value === name.value);
  if (field === undefined) return;
  yield valueTypeOf(field);
  if (selectionSet !== undefined) yield* neededIn(selectionSet, valueTypeOf(field), types);
}

/** What is asked of a caller by all of these together. */
function together(coordinates: readonly string[], rules: Rules): AccessRule {
  const found = coordinates.flatMap((coordinate) => rules.get(coordinate) ?? []);
  const scopes = found.flatMap((rule) => (rule.scopes === null ? [] : [rule.scopes]));
  return {
    authenticated: found.some(({ authenticated }) => authenticated),
    scopes:
      scopes.length === 0
        ? null
        : scopes.reduce((left, right) => left.flatMap((one) => right.map((other) => [...one, ...other]))),
  };
}

/** Whether all who fulfil the one rule fulfil the other. */
function isEnough(given: AccessRule, needed: AccessRule | undefined): boolean {
  if (needed === undefined) return true;
  if (needed.authenticated && !given.authenticated) return false;
  const { scopes } = needed;
  if (scopes === null) return true;
  return given.scopes?.every((held) => scopes.some((asked) => asked.every((scope) => held.includes(scope)))) ?? false;
}

function toProblem(coordinate: string, closed: readonly string[]): Problem {
  const code = 'MISSING_TRANSITIVE_AUTH_REQUIREMENTS';
  const named = closed.map((each) => `"${each}"`).join(' and ');
  return {
    severity: 'error',
    code,
    message: `"${coordinate}" @requires ${named}, and is not protected as strictly.`,
    remedy: remedyFor(code),
    coordinate,
    places: [],
  };
}
