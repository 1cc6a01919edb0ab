import { Kind, visit } from 'graphql';
import type { ConstDirectiveNode, DocumentNode, FieldDefinitionNode, TypeNode } from 'graphql';
import type { Problem } from '../../errors/problem.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { namedTypeOf } from '../../subgraph/type-index.ts';
import type { FederatedSubgraph } from '../federated-subgraph.ts';
import type { FederatedGraph } from '../federated-graph.ts';
import { mapTypes } from '../map-types.ts';
import type { Correction } from './correction.ts';

/** What stands for `Query` while it is found out whether all other fields can be reached. */
const LEAF = 'Boolean';

/**
 * `@theguild/federation-composition` 0.27.0 reports that what lies behind a field of type `Query` (as Relay has it on payloads)
 * can't be reached: it does not know that the root of every subgraph can be entered from each. What can be got there is what
 * can be got at the root, so such fields are looked at as leaves. The supergraph has them as they are.
 */
export const queryFields: Correction = {
  rephrase(problems, { subgraphs }) {
    // Where a subgraph calls its root another name, the composer gives up on it.
    if (!problems.some((problem) => isBehindQuery(problem) || problem.code === 'COMPOSITION_FAILED')) return undefined;
    const schemas = subgraphs.map(withLeaves);
    return schemas.some((schema, index) => schema !== subgraphs[index]?.schema) ? { schemas } : undefined;
  },
  amend: (problems) => problems.filter((problem) => !isBehindQuery(problem)),
  finish: (supergraph, graph) => {
    const leading = new Set(leadingToQuery(graph));
    return leading.size === 0 ? supergraph : withQuery(supergraph, leading);
  },
};

function isBehindQuery({ code, message }: Problem): boolean {
  return code === 'SATISFIABILITY_ERROR' && /, which has field "Query\.\w+", because /.test(message);
}

function rootOf({ index }: FederatedSubgraph): string {
  return [...index.roots].find(([, kind]) => kind === 'query')?.[0] ?? 'Query';
}

function* leadingToQuery({ fields }: FederatedGraph): Generator<string> {
  for (const [coordinate, defined] of fields) {
    const leads = defined.some(({ subgraph, field }) => namedTypeOf(field.type).name.value === rootOf(subgraph));
    if (leads) yield coordinate;
  }
}

function withLeaves(subgraph: FederatedSubgraph): SubgraphSchema {
  const { schema } = subgraph;
  const root = rootOf(subgraph);
  let hasLeaves = false;
  const toLeaf = (field: FieldDefinitionNode): FieldDefinitionNode => {
    if (namedTypeOf(field.type).name.value !== root) return field;
    hasLeaves = true;
    return { ...field, type: renamed(field.type, LEAF) };
  };
  const federationDocument = visit(schema.federationDocument, { FieldDefinition: toLeaf });
  return hasLeaves ? { ...schema, federationDocument } : schema;
}

function renamed<T extends TypeNode>(type: T, name: string): T {
  return visit<TypeNode>(type, { NamedType: (node) => ({ ...node, name: { ...node.name, value: name } }) }) as T;
}

function withQuery(supergraph: DocumentNode, leading: ReadonlySet<string>): DocumentNode {
  return mapTypes(supergraph, (type) => {
    const fields = type.fields?.map((field) => {
      const isLeaf = namedTypeOf(field.type).name.value === LEAF;
      if (!isLeaf || !leading.has(`${type.name.value}.${field.name.value}`)) return field;
      return { ...field, type: renamed(field.type, 'Query'), directives: field.directives?.map(joiningQuery) };
    });
    return fields?.some((field, index) => field !== type.fields?.[index]) ? { ...type, fields } : type;
  });
}

/** `@join__field(type:)` says the type as its subgraph has it. */
function joiningQuery(directive: ConstDirectiveNode): ConstDirectiveNode {
  const joined = directive.arguments?.map((given) =>
    given.name.value === 'type' && given.value.kind === Kind.STRING
      ? { ...given, value: { ...given.value, value: given.value.value.replace(LEAF, 'Query') } }
      : given,
  );
  return { ...directive, arguments: joined };
}
