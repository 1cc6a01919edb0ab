import type { Problem } from '../errors/problem.ts';
import type { SubgraphSchema } from '../model/subgraph.ts';
import { toFederated } from './federated-subgraph.ts';
import { hintEnums } from './hints/enums.ts';
import { hintInconsistentInputs } from './hints/inconsistent-inputs.ts';
import { hintInconsistentTypes } from './hints/inconsistent-types.ts';
import { hintOverrides } from './hints/overrides.ts';

/** What composes, but probably not into what was meant. Codes are Apollo's. */
export function findHints(schemas: readonly SubgraphSchema[]): readonly Problem[] {
  const subgraphs = schemas.map(toFederated);
  return [
    ...hintInconsistentTypes(subgraphs),
    ...hintInconsistentInputs(subgraphs),
    ...hintEnums(subgraphs),
    ...hintOverrides(subgraphs),
  ];
}
