import type { Problem } from '../errors/problem.ts';
import type { FederatedGraph } from './federated-graph.ts';
import { hintCallsNotBatched } from './hints/calls-not-batched.ts';
import { hintEnums } from './hints/enums.ts';
import { hintInconsistentInputs } from './hints/inconsistent-inputs.ts';
import { hintInconsistentTypes } from './hints/inconsistent-types.ts';
import { hintOverrides } from './hints/overrides.ts';

/** What composes, but probably not into what was meant. Codes are Apollo's, but for what Apollo has not. */
export function findHints(graph: FederatedGraph): readonly Problem[] {
  return [
    ...hintInconsistentTypes(graph),
    ...hintInconsistentInputs(graph),
    ...hintEnums(graph.subgraphs),
    ...hintOverrides(graph),
    ...hintCallsNotBatched(graph.subgraphs.map(({ schema }) => schema)),
  ];
}
