import { Kind } from 'graphql';
import type { DocumentNode, InputValueDefinitionNode } from 'graphql';
import type { Constraint } from '../model/constraint.ts';
import { type Constraints, mapInputs } from './carried-constraints.ts';

/**
 * The document with each constraint in words at the end of its argument's or input field's description. Introspection
 * tells of no directives' uses: a description is what every client and tool shows.
 */
export function describeConstraints(document: DocumentNode, constraints: Constraints): DocumentNode {
  if (constraints.size === 0) return document;
  const definitions = document.definitions.map((definition) =>
    mapInputs(definition, (node, coordinate) => describe(node, constraints.get(coordinate) ?? [])),
  );
  return { ...document, definitions };
}

function describe(node: InputValueDefinitionNode, constraints: readonly Constraint[]): InputValueDefinitionNode {
  if (constraints.length === 0) return node;
  const words = constraints.map(printConstraint);
  const value = [...(node.description === undefined ? [] : [node.description.value, '']), ...words].join('\n');
  return { ...node, description: { kind: Kind.STRING, value, block: true } };
}

function printConstraint(constraint: Constraint): string {
  const { pattern, format } = constraint;
  const parts = [
    printRange(constraint.minItems, constraint.maxItems, ['item', 'items']),
    printRange(constraint.min, constraint.max, ['', '']),
    printRange(constraint.minLength, constraint.maxLength, ['character', 'characters']),
    ...(format === undefined ? [] : [`of the form \`${format}\``]),
    ...(pattern === undefined ? [] : [`matching \`${pattern}\``]),
  ].filter((part) => part !== undefined);
  const text = parts.join(', ');
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

type Nouns = readonly [one: string, many: string];

function printRange(least: number | undefined, most: number | undefined, [one, many]: Nouns): string | undefined {
  const bound = most ?? least;
  if (bound === undefined) return undefined;
  return [printBounds(least, most), bound === 1 ? one : many].filter((word) => word !== '').join(' ');
}

function printBounds(least: number | undefined, most: number | undefined): string {
  if (least === undefined) return `at most ${most}`;
  if (most === undefined) return `at least ${least}`;
  return least === most ? `exactly ${least}` : `${least} to ${most}`;
}
