import { isTypeDefinitionNode, Kind, parse, valueFromASTUntyped } from 'graphql';
import type {
  ConstDirectiveNode,
  DefinitionNode,
  DocumentNode,
  FieldDefinitionNode,
  InputValueDefinitionNode,
  SchemaDefinitionNode,
} from 'graphql';
import type { Constraint } from '../model/constraint.ts';
import type { SubgraphSchema } from '../model/subgraph.ts';
import type { SpecLink } from './spec-links.ts';

/** What a supergraph calls the constraints of its arguments and input fields. */
const SPECIFICATION = 'https://specs.selvedge.dev/constraint/v1.0';
const NAME = 'selvedge_constraint';

export type Constraints = ReadonlyMap<string, readonly Constraint[]>;

/** The supergraph with every subgraph's `@constraint` on its arguments and input fields: where several are, all hold. */
export function carryConstraints(supergraph: DocumentNode, subgraphs: readonly SubgraphSchema[]): DocumentNode {
  const constraints = collectConstraints(subgraphs);
  if (constraints.size === 0) return supergraph;
  const definitions = supergraph.definitions.map((definition) => withConstraints(definition, constraints));
  return { ...supergraph, definitions: [...definitions, ...machinery] };
}

/** The constraints of a supergraph's arguments (`Type.field(name:)`) and input fields. */
export function readConstraints(supergraph: DocumentNode, links: readonly SpecLink[]): Constraints {
  const link = links.find(({ url }) => url === SPECIFICATION);
  const constraints = new Map<string, readonly Constraint[]>();
  if (link === undefined) return constraints;
  const name = link.imports.get('constraint') ?? link.prefix;
  for (const definition of supergraph.definitions) {
    mapInputs(definition, (node, coordinate) => {
      const uses = (node.directives ?? []).filter((directive) => directive.name.value === name);
      if (uses.length > 0) constraints.set(coordinate, uses.map(toConstraint));
      return node;
    });
  }
  return constraints;
}

function collectConstraints(subgraphs: readonly SubgraphSchema[]): Constraints {
  const collected = new Map<string, Map<string, Constraint>>();
  for (const subgraph of subgraphs) {
    for (const [own, constraint] of subgraph.constraints) {
      const coordinate = toGraphCoordinate(own, subgraph);
      const known = collected.get(coordinate) ?? new Map<string, Constraint>();
      collected.set(coordinate, known.set(JSON.stringify(constraint), constraint));
    }
  }
  return new Map([...collected].map(([coordinate, constraints]) => [coordinate, [...constraints.values()]]));
}

/** Root types have their usual names in a supergraph, whatever the subgraph calls them. */
function toGraphCoordinate(coordinate: string, { schema }: SubgraphSchema): string {
  const [type = '', ...rest] = coordinate.split('.');
  const roots = {
    Query: schema.getQueryType(),
    Mutation: schema.getMutationType(),
    Subscription: schema.getSubscriptionType(),
  };
  const root = Object.entries(roots).find(([, known]) => known?.name === type);
  return [root?.[0] ?? type, ...rest].join('.');
}

function withConstraints(definition: DefinitionNode, constraints: Constraints): DefinitionNode {
  if (definition.kind === Kind.SCHEMA_DEFINITION) return withLink(definition);
  return mapInputs(definition, (node, coordinate) => {
    const own = constraints.get(coordinate);
    return own === undefined ? node : { ...node, directives: [...(node.directives ?? []), ...own.map(toDirective)] };
  });
}

type ChangeInput = (node: InputValueDefinitionNode, coordinate: string) => InputValueDefinitionNode;

/** A type with its arguments or input fields changed; other definitions stay. */
export function mapInputs(definition: DefinitionNode, change: ChangeInput): DefinitionNode {
  if (!isTypeDefinitionNode(definition)) return definition;
  const { value: type } = definition.name;
  if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
    return { ...definition, fields: definition.fields?.map((node) => change(node, `${type}.${node.name.value}`)) };
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION)
    return definition;
  const ofField = (field: FieldDefinitionNode): FieldDefinitionNode => ({
    ...field,
    arguments: field.arguments?.map((node) => change(node, `${type}.${field.name.value}(${node.name.value}:)`)),
  });
  return { ...definition, fields: definition.fields?.map(ofField) };
}

const { definitions: machinery } = parse(
  `directive @${NAME}(
    min: Float, max: Float, minLength: Int, maxLength: Int, pattern: String, format: String, minItems: Int, maxItems: Int
  ) repeatable on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION`,
  { noLocation: true },
);

function withLink(schema: SchemaDefinitionNode): SchemaDefinitionNode {
  const [link] = directivesOf(`@link(url: "${SPECIFICATION}", as: "${NAME}")`);
  return link === undefined ? schema : { ...schema, directives: [...(schema.directives ?? []), link] };
}

function toDirective(constraint: Constraint): ConstDirectiveNode {
  const rules = Object.entries(constraint).map(([rule, value]) => `${rule}: ${JSON.stringify(value)}`);
  return directivesOf(`@${NAME}(${rules.join(', ')})`)[0] as ConstDirectiveNode;
}

function directivesOf(sdl: string): readonly ConstDirectiveNode[] {
  const [definition] = parse(`scalar S ${sdl}`, { noLocation: true }).definitions;
  return definition?.kind === Kind.SCALAR_TYPE_DEFINITION ? (definition.directives ?? []) : [];
}

function toConstraint(directive: ConstDirectiveNode): Constraint {
  const rules = (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]);
  return Object.fromEntries(rules) as Constraint;
}
