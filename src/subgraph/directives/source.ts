import type { Naming } from '../naming.ts';
import type { DirectiveDeclaration } from './declaration.ts';
import type { HeaderArgument } from '../call-site.ts';

export const sourceDirective: DirectiveDeclaration = {
  name: 'source',
  sdl: /* GraphQL */ `
    """
    Sets defaults for the subgraph's calls; with \`name\`, names a further service, which \`source:\` of a call chooses. Its URL
    stands in the gateway's config.
    """
    directive @source(
      name: String
      """
      How the subgraph's services write their names. Without it, names are the same.
      """
      naming: selvedge__Naming
      """
      Headers of every @rest call, and metadata of every @grpc call, of the service; those of the call itself come first.
      """
      headers: [selvedge__Header!]
    ) repeatable on SCHEMA
  `,
};

export type SourceArguments = {
  readonly name?: string;
  readonly naming?: Naming;
  readonly headers?: readonly HeaderArgument[];
};
