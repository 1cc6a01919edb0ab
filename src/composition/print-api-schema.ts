import { printSchema } from 'graphql';
import type { Supergraph } from '../model/supergraph.ts';

/** The API schema as SDL, in the supergraph's order, ending in one line feed. */
export function printApiSchema(supergraph: Supergraph): string {
  return `${printSchema(supergraph.apiSchema)}\n`;
}
