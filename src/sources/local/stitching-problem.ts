import type { Problem } from '../../errors/problem.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';

/** A fault of a stitched subgraph's schema, at its coordinate, or at what that is in. */
export function stitchingProblem(
  subgraph: SubgraphSchema,
  {
    coordinate,
    message,
    remedy,
  }: { readonly coordinate: string; readonly message: string; readonly remedy?: string | undefined },
): Problem {
  const [, type = '', field = ''] = /^(\w+)(\.\w+)?/.exec(coordinate) ?? [];
  const place = subgraph.placeOf(coordinate) ?? subgraph.placeOf(type + field) ?? subgraph.placeOf(type);
  return {
    severity: 'error',
    code: 'STITCHING_INVALID',
    message: `${coordinate} ${message}`,
    remedy,
    coordinate,
    subgraph: subgraph.name,
    places: place === undefined ? [] : [place],
  };
}
