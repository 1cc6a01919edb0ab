/** One directive that is built in: its SDL, with descriptions for editors, as `schemas/selvedge.graphql` shows it. */
export type DirectiveDeclaration = { readonly name: string; readonly sdl: string };
