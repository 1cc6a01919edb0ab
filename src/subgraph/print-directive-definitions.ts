import { parse, print } from 'graphql';
import { builtInSdl } from './directives/built-in.ts';

/** The text of `schemas/selvedge.graphql`: every directive that is built in, with descriptions, for editors. */
export function printDirectiveDefinitions(): string {
  const head =
    '# The directives that Selvedge has built in. No schema needs this file: it is for editors. Generated.\n\n';
  return `${head}${print(parse(builtInSdl))}\n`;
}
