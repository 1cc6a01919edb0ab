import { Kind, type ConstDirectiveNode } from 'graphql';

/** The arguments of one directive of the join specification: strings and enum values as text, Booleans as they are. */
export type JoinArguments = ReadonlyMap<string, string | boolean>;

type WithDirectives = { readonly directives?: readonly ConstDirectiveNode[] | undefined };

/** The arguments of each directive of one name. */
export function readJoins({ directives = [] }: WithDirectives, name: string): readonly JoinArguments[] {
  return directives.flatMap((directive) => (directive.name.value === name ? [readArguments(directive)] : []));
}

function readArguments({ arguments: args = [] }: ConstDirectiveNode): JoinArguments {
  const read = new Map<string, string | boolean>();
  for (const { name, value } of args) {
    if (value.kind === Kind.STRING || value.kind === Kind.ENUM || value.kind === Kind.BOOLEAN)
      read.set(name.value, value.value);
  }
  return read;
}

/** An argument's text; undefined where it is not given. */
export function textOf(join: JoinArguments, name: string): string | undefined {
  const value = join.get(name);
  return typeof value === 'string' ? value : undefined;
}
