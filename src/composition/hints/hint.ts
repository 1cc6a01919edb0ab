import type { Problem } from '../../errors/problem.ts';
import { placesOf } from '../composition-problem.ts';
import type { FederatedSubgraph } from '../federated-subgraph.ts';

/** What a hint says of a coordinate: a type, a field, or an argument of one. */
export type HintText = {
  readonly code: string;
  readonly coordinate: string;
  readonly message: string;
  readonly remedy: string;
};

/** A hint with the places of its coordinate in the subgraphs that it is about. */
export function toHint({ coordinate, ...text }: HintText, subgraphs: readonly FederatedSubgraph[]): Problem {
  const field = coordinate.replace(/\(.*$/, '');
  return {
    severity: 'hint',
    ...text,
    coordinate,
    subgraph: subgraphs.length === 1 ? subgraphs[0]?.name : undefined,
    places: placesOf(
      field,
      subgraphs.map(({ schema }) => schema),
    ),
  };
}

/** Names in quotes: `"a" and "b"`. */
export function printNames(names: Iterable<string>): string {
  const quoted = [...names].map((name) => `"${name}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

/** The subgraphs' names, in quotes. */
export function printSubgraphs(subgraphs: readonly FederatedSubgraph[]): string {
  return printNames(subgraphs.map(({ name }) => name));
}
