import type { EntityFetchNode } from '../model/plan.ts';
import { compileAcceptEntities } from './accept-entities.ts';
import { compileSelection } from './compile-selection.ts';
import { compileSourceCall, DONE, toSourceFetch } from './compile-source-call.ts';
import { compileTarget } from './entity-target.ts';
import { gatherRepresentations, toAsked, type Gathered } from './gather-representations.ts';
import { takeKnown } from './take-known.ts';
import type { PlanCompilation, Run, Step } from './run.ts';
import { findUnderWay, noteUnderWay } from './under-way.ts';

/** A fetch of entities by their representations, of one or more targets. Not sent if there is nothing to ask for. */
export function compileEntityFetch(node: EntityFetchNode, compilation: PlanCompilation): Step {
  const fetch = toSourceFetch(node);
  const call = compileSourceCall(compilation.prepare(fetch), node.variables);
  const fields = compileSelection(fetch.document);
  const targets = node.entities.map((target) => compileTarget(target, fields, compilation));
  const accept = compileAcceptEntities(node.subgraph, compilation);
  const sources = node.entities.map((target) => compilation.store.sourcesOf(target));

  const gather = (run: Run): readonly Gathered[] =>
    targets.map((target, index) => takeKnown(run.entities, gatherRepresentations(run, target), sources[index] ?? []));

  function ask(run: Run, gathered: readonly Gathered[]): Promise<void> {
    const isNeeded = gathered.some(({ texts }) => texts.length > 0);
    if (isNeeded) {
      const asked = gathered.map(toAsked);
      const answered = call(run, gathered.map(toList), (answer) => accept(run, asked, answer));
      return noteUnderWay(run.underWay, gathered, answered);
    }
    if (gathered.some(({ lacking }) => lacking.length > 0)) accept(run, gathered.map(toAsked), { data: {} });
    return DONE;
  }

  return (run) => {
    const gathered = gather(run);
    const awaited = findUnderWay(run.underWay, gathered, sources);
    return awaited === undefined ? ask(run, gathered) : awaited.then(() => ask(run, gather(run)));
  };
}

const toList = ({ target, texts }: Gathered) => ({ variable: target.node.representationsVariable, texts });
