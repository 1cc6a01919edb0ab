import { Kind, visit, type DirectiveNode, type DocumentNode } from 'graphql';

/** The values of variables that `@skip` and `@include` name. */
export type Flags = ReadonlyMap<string, boolean>;

/** The directives that are left to decide; null if what they stand on is left out. */
export function decideConditions(directives: readonly DirectiveNode[], flags: Flags): readonly DirectiveNode[] | null {
  const left: DirectiveNode[] = [];
  for (const directive of directives) {
    const holds = readCondition(directive, flags);
    if (holds === false) return null;
    if (holds === undefined) left.push(directive);
  }
  return left;
}

function readCondition({ name, arguments: args }: DirectiveNode, flags: Flags): boolean | undefined {
  if (name.value !== 'include' && name.value !== 'skip') return undefined;
  const value = args?.find((argument) => argument.name.value === 'if')?.value;
  const flag =
    value?.kind === Kind.VARIABLE
      ? flags.get(value.name.value)
      : value?.kind === Kind.BOOLEAN
        ? value.value
        : undefined;
  return flag === undefined ? undefined : flag === (name.value === 'include');
}

/** Names of the variables that `@skip` and `@include` use. */
export function readFlagNames(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: args }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
