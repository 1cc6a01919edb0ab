import { Kind, parse, valueFromASTUntyped } from 'graphql';
import type { ConstDirectiveNode, DefinitionNode, DocumentNode } from 'graphql';

/** `@listSize` of a field. */
export type ListSize = {
  readonly assumedSize: number | undefined;
  readonly slicingArguments: readonly string[];
  /** Fields of the returned type that the size is of. Empty: it is the field's own. */
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
};

/** What a supergraph says about cost. */
export type Costs = {
  /** `@cost(weight:)` by coordinate: `Type`, `Type.field`, `Type.field(argument:)`. */
  readonly weights: ReadonlyMap<string, number>;
  /** By coordinate, `Type.field`. */
  readonly listSizes: ReadonlyMap<string, ListSize>;
};

type Node = {
  readonly kind: string;
  readonly name?: { readonly value: string } | undefined;
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
};

type Names = { readonly cost: string; readonly listSize: string };

const COST_SPECIFICATION = 'https://specs.apollo.dev/cost/';

export const NO_COSTS: Costs = { weights: new Map(), listSizes: new Map() };

/** `@cost` and `@listSize` of supergraph SDL, by the names that its `@link` to the cost specification gives them. */
export function readCosts(sdl: string): Costs {
  if (!sdl.includes(COST_SPECIFICATION)) return NO_COSTS;
  const document = parse(sdl, { noLocation: true });
  const names = readNames(document);
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  for (const { coordinate, node } of document.definitions.flatMap(elementsOf)) {
    for (const directive of node.directives ?? []) {
      const values = readArguments(directive);
      const weight = Number(values['weight']);
      if (directive.name.value === names.cost && Number.isFinite(weight)) weights.set(coordinate, weight);
      if (directive.name.value === names.listSize) listSizes.set(coordinate, toListSize(values));
    }
  }
  return { weights, listSizes };
}

type Element = { readonly coordinate: string; readonly node: Node };

function elementsOf(definition: DefinitionNode): Element[] {
  if (!('name' in definition) || definition.name === undefined || definition.kind === Kind.DIRECTIVE_DEFINITION)
    return [];
  const type = definition.name.value;
  const fields = 'fields' in definition ? (definition.fields ?? []) : [];
  return [
    { coordinate: type, node: definition as Node },
    ...fields.flatMap((field) => [
      { coordinate: `${type}.${field.name.value}`, node: field },
      ...('arguments' in field ? (field.arguments ?? []) : []).map((argument) => ({
        coordinate: `${type}.${field.name.value}(${argument.name.value}:)`,
        node: argument,
      })),
    ]),
  ];
}

// `import: ["@cost", { name: "@listSize", as: "@size" }]`; what is not imported is called `@cost` (the link's own
// name) and `@cost__listSize`.
function readNames({ definitions }: DocumentNode): Names {
  const links = definitions
    .filter(({ kind }) => kind === Kind.SCHEMA_DEFINITION || kind === Kind.SCHEMA_EXTENSION)
    .flatMap((definition) => ('directives' in definition ? (definition.directives ?? []) : []))
    .filter(({ name }) => name.value === 'link')
    .map((directive) => readArguments(directive as ConstDirectiveNode));
  const link = links.find(({ url }) => typeof url === 'string' && url.startsWith(COST_SPECIFICATION)) ?? {};
  const prefix = typeof link['as'] === 'string' ? link['as'] : 'cost';
  const imports = new Map(asList(link['import']).map(toImport));
  return {
    cost: imports.get('@cost')?.slice(1) ?? prefix,
    listSize: imports.get('@listSize')?.slice(1) ?? `${prefix}__listSize`,
  };
}

function toImport(item: unknown): [string, string] {
  if (typeof item !== 'object' || item === null) return [String(item), String(item)];
  const { name, as } = item as { readonly name?: unknown; readonly as?: unknown };
  return [String(name), String(as ?? name)];
}

function toListSize(values: Readonly<Record<string, unknown>>): ListSize {
  const { assumedSize, requireOneSlicingArgument } = values;
  return {
    assumedSize: typeof assumedSize === 'number' ? assumedSize : undefined,
    slicingArguments: asList(values['slicingArguments']).map(String),
    sizedFields: asList(values['sizedFields']).map(String),
    requireOneSlicingArgument: requireOneSlicingArgument !== false,
  };
}

function readArguments(directive: ConstDirectiveNode): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
}

// A single value stands for a list of one, as everywhere in GraphQL.
const asList = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
