import type { DirectiveDeclaration } from './declaration.ts';

export const timeoutDirective: DirectiveDeclaration = {
  name: 'timeout',
  sdl: /* GraphQL */ `
    """
    How long a call may take, with all its attempts and waits; never more than what is left of the request's own deadline. The
    nearest counts: the field's, the type's, the schema's.
    """
    directive @timeout(ms: Int!) on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION
  `,
};

export type TimeoutArguments = { readonly ms: number };

/** What is wrong with its values; undefined if nothing is. */
export function faultOfTimeout({ ms }: TimeoutArguments): string | undefined {
  return ms >= 1 ? undefined : `ms is ${ms}: a time-out is at least 1 ms`;
}
