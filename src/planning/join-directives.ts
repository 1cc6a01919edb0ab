import { Kind, type ConstDirectiveNode, type DirectiveNode } from 'graphql';

/** The directives of one name. */
export const named = <T extends DirectiveNode>(
  { directives }: { readonly directives?: readonly T[] | undefined },
  name: string,
): readonly T[] => directives?.filter((directive) => directive.name.value === name) ?? [];

/** The text of an argument that is a string or an enum value. */
export function readText(directive: DirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

const PLAIN_ARGUMENTS: ReadonlySet<string> = new Set(['graph', 'type', 'provides']);

/** Whether a subgraph resolves a field with these `join__field`s by itself. Without any, every subgraph with the type does. */
export function isResolvedBy(graph: string, joins: readonly ConstDirectiveNode[]): boolean {
  const isPlain = (join: ConstDirectiveNode) => join.arguments?.every(({ name }) => PLAIN_ARGUMENTS.has(name.value));
  return joins.length === 0 || joins.some((join) => readText(join, 'graph') === graph && isPlain(join));
}
