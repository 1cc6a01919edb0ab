import {
  Kind,
  print,
  visit,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type InlineFragmentNode,
  type FragmentSpreadNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What is selected of an object, by an operation or by a field set (`@key`, `@requires`, `@provides`). */
export type Selection = FieldSelection | FragmentSelection;

export type Selections = readonly Selection[];

export type FieldSelection = {
  readonly kind: 'field';
  readonly name: string;
  /** undefined in field sets: no key is chosen yet. */
  readonly responseKey: string | undefined;
  /** Name and arguments: what is called. Equal calls of one object have equal values. */
  readonly call: string;
  /** Variables in the arguments. */
  readonly variables: readonly string[];
  readonly conditions: Conditions;
  /** undefined for leaves. */
  readonly selections: Selections | undefined;
};

type FragmentSelection = {
  readonly kind: 'fragment';
  readonly typeCondition: string | undefined;
  readonly conditions: Conditions;
  readonly selections: Selections;
};

/** Variables that must be true (`+name`) or must not be (`-name`), all of them: `@include` and `@skip`. In order. */
export type Conditions = readonly string[];

export const NO_CONDITIONS: Conditions = [];

/** Both conditions; null if they exclude each other. */
export function bothConditions(one: Conditions, other: Conditions): Conditions | null {
  if (one.length === 0) return other;
  if (other.length === 0) return one;
  const all = new Set([...one, ...other]);
  for (const condition of all) if (all.has(opposite(condition))) return null;
  return [...all].toSorted();
}

const opposite = (condition: string) => `${condition.startsWith('+') ? '-' : '+'}${condition.slice(1)}`;

export type SelectionReading = {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly toResponseKey: (field: FieldNode) => string | undefined;
};

/** Reads a selection set: what is never included is left out, and each named fragment is read once. */
export function readSelections(selectionSet: SelectionSetNode, reading: SelectionReading): Selections {
  const known = new Map<string, Selections>();

  function readSet({ selections }: SelectionSetNode): Selections {
    return selections.flatMap((node) => {
      const conditions = readConditions(node.directives ?? []);
      return conditions === null ? [] : (readOne(node, conditions) ?? []);
    });
  }

  function readOne(node: SelectionNode, conditions: Conditions): Selection | undefined {
    return node.kind === Kind.FIELD ? readField(node, conditions) : readFragment(node, conditions);
  }

  function readField(node: FieldNode, conditions: Conditions): FieldSelection {
    return {
      kind: 'field',
      name: node.name.value,
      responseKey: reading.toResponseKey(node),
      ...readCall(node),
      conditions,
      selections: node.selectionSet && readSet(node.selectionSet),
    };
  }

  function readFragment(
    node: InlineFragmentNode | FragmentSpreadNode,
    conditions: Conditions,
  ): FragmentSelection | undefined {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const typeCondition = node.typeCondition?.name.value;
      return { kind: 'fragment', typeCondition, conditions, selections: readSet(node.selectionSet) };
    }
    const name = node.name.value;
    const fragment = reading.fragments.get(name);
    if (fragment === undefined) return undefined;
    const selections = known.get(name) ?? readSet(fragment.selectionSet);
    known.set(name, selections);
    return { kind: 'fragment', typeCondition: fragment.typeCondition.name.value, conditions, selections };
  }

  return readSet(selectionSet);
}

function readCall({ name, arguments: args = [] }: FieldNode): Pick<FieldSelection, 'call' | 'variables'> {
  if (args.length === 0) return { call: name.value, variables: [] };
  const variables = new Set<string>();
  for (const arg of args) visit(arg, { Variable: (variable) => void variables.add(variable.name.value) });
  const written = args.map((argument) => print(argument)).toSorted();
  return { call: `${name.value}(${written.join(' ')})`, variables: [...variables] };
}

/** null: never included. */
function readConditions(directives: readonly DirectiveNode[]): Conditions | null {
  let conditions: Conditions | null = NO_CONDITIONS;
  for (const directive of directives) {
    const condition = readCondition(directive);
    if (condition === false) return null;
    if (typeof condition === 'string') conditions = bothConditions(conditions, [condition]);
    if (conditions === null) return null;
  }
  return conditions;
}

function readCondition({ name, arguments: args }: DirectiveNode): string | boolean {
  if (name.value !== 'include' && name.value !== 'skip') return true;
  const value = args?.find((argument) => argument.name.value === 'if')?.value;
  if (value?.kind === Kind.VARIABLE) return `${name.value === 'include' ? '+' : '-'}${value.name.value}`;
  return (value?.kind === Kind.BOOLEAN && value.value) === (name.value === 'include');
}
