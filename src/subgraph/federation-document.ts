import { type ConstDirectiveNode, type DefinitionNode, type DocumentNode, Kind, parse, visit } from 'graphql';
import type { Federation } from './federation.ts';
import { newestFederation } from './federation-directives.ts';

/**
 * The document for the composer: our directives taken out, `@link` put in where the schema is Federation 2 without
 * saying so. A Federation 1 schema without directives of ours stays as it is.
 */
export function toFederationDocument(document: DocumentNode, federation: Federation): DocumentNode {
  const plain = visit(document, {
    Directive: (node) =>
      federation.selvedge.has(node.name.value) ? null : toQualified(node as ConstDirectiveNode, federation),
  });
  const definitions = plain.definitions.filter((node) => !isEmptyExtension(node));
  return { kind: Kind.DOCUMENT, definitions: [...linkExtension(federation), ...definitions] };
}

/** The composer knows the default namespace alone: what a link calls otherwise (`as:`) is called `federation__…` again. */
function toQualified(node: ConstDirectiveNode, { link, names }: Federation): ConstDirectiveNode | undefined {
  if (link === undefined || link.namespace === 'federation') return undefined;
  if (node.name.value === 'link')
    return node === link.node
      ? { ...node, arguments: node.arguments?.filter(({ name }) => name.value !== 'as') }
      : undefined;
  const meaning = names.get(node.name.value);
  if (meaning === undefined || !node.name.value.startsWith(`${link.namespace}__`)) return undefined;
  return { ...node, name: { ...node.name, value: `federation__${meaning}` } };
}

function isEmptyExtension(node: DefinitionNode): boolean {
  return (
    node.kind === Kind.SCHEMA_EXTENSION &&
    (node.directives ?? []).length === 0 &&
    (node.operationTypes ?? []).length === 0
  );
}

function linkExtension({ missingImports }: Federation): readonly DefinitionNode[] {
  if (missingImports === undefined) return [];
  const imports = missingImports.map((name) => `"@${name}"`).join(', ');
  const link = `extend schema @link(url: "https://specs.apollo.dev/federation/${newestFederation}", import: [${imports}])`;
  return parse(link, { noLocation: true }).definitions;
}
