import { parse } from 'graphql';
import type { DocumentNode } from 'graphql';

/** A field set as a fragment on the type whose fields it names; undefined for what does not parse. */
export function parseFieldSet(typeName: string, text: string): DocumentNode | undefined {
  try {
    return parse(`fragment FieldSet on ${typeName} { ${text} }`, { noLocation: true });
  } catch {
    return undefined;
  }
}
