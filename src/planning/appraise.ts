import { objectsAt, type FieldIn } from './graph-index.ts';
import { Memo } from './memo.ts';
import type { Planning } from './planning.ts';
import type { Home, Option } from './routes.ts';
import type { Selection, Selections } from './selection.ts';
import type { Want } from './wants.ts';

/** What selections of an object cost where it stands: further fetches, and fields that cannot be had from there. */
export type Appraisal = { readonly hops: number; readonly lacking: number };

/** What of some selections can be had from where objects stand, and what must be had from elsewhere. */
export type SplitSelections = { readonly within: Selections; readonly beyond: Selections };

const NOTHING: Appraisal = { hops: 0, lacking: 0 };
const HOPELESS: Appraisal = { hops: 0, lacking: 1 };

/** A guess, to choose between subgraphs by. */
export function appraise(planning: Planning, selections: Selections, home: Home): Appraisal {
  const { subgraph, type } = home.standing;
  let memo = planning.appraisals.get(selections);
  if (memo === undefined) planning.appraisals.set(selections, (memo = new Memo()));
  return memo.get(`${subgraph} ${type}`, home.provided, () => appraiseAll(planning, selections, home));
}

function appraiseAll(planning: Planning, selections: Selections, home: Home): Appraisal {
  const objects = objectsAt(planning.index, home.standing);
  const asked = new Set<string>();
  const parts: Appraisal[] = [];
  for (const want of planning.collect(selections, planning.scopes.of(objects, home.standing.type))) {
    planning.spend(want.scope.types.length);
    const options = want.scope.types.flatMap((type) => {
      const found = optionsOf(planning, want, { type, home });
      return found === undefined ? [] : [found];
    });
    for (const [nearest] of options) if (nearest?.entry !== undefined) asked.add(nearest.standing.subgraph);
    parts.push(...new Set(options.map((ofType) => appraiseBelow(planning, want, { options: ofType, home }))));
  }
  const sum = (read: (part: Appraisal) => number) => parts.reduce((total, part) => total + read(part), 0);
  return { hops: asked.size + sum(({ hops }) => hops), lacking: sum(({ lacking }) => lacking) };
}

type Choosing = { readonly options: readonly Option[]; readonly home: Home };

function appraiseBelow(planning: Planning, { name, selections }: Want, { options, home }: Choosing): Appraisal {
  if (options.length === 0) return HOPELESS;
  if (selections === undefined) return NOTHING;
  const homes = options.map((option) => homeBelow(planning, option, { name, home }));
  const costs = homes.map((below) => appraise(planning, selections, below));
  const best = costs.reduce((one, other) => (compareCosts(one, other) <= 0 ? one : other));
  if (best.lacking === 0 || options.length === 1) return best;
  const left = homes.reduce((rest, below) => splitSelections(planning, rest, below).beyond, selections);
  return { hops: best.hops + 1, lacking: left.length };
}

const compareCosts = (one: Appraisal, other: Appraisal) => one.lacking - other.lacking || one.hops - other.hops;

/** What to weigh of a subgraph that could give a field. */
type Weighed = Appraisal & Pick<FieldIn, 'isStricter'> & { readonly isNew: boolean };

/** What can't be had weighs most; then nulls that would take more with them than they should; then fetches. */
export const toCost = ({ lacking, isStricter, hops, isNew }: Weighed): number =>
  lacking * 1_000_000 + (isStricter ? 1000 : 0) + hops + (isNew ? 1 : 0);

type Of = { readonly type: string; readonly home: Home };

/** Where a field can be had; undefined: nothing is to be chosen. */
function optionsOf(planning: Planning, { name }: Want, { type, home }: Of): readonly Option[] | undefined {
  if (name === '__typename' || planning.isUnknown(type)) return undefined;
  const standing = planning.standingOf(home.standing.subgraph, type);
  return planning.routes.options(type, name, { standing, provided: home.provided });
}

/** Where the objects of a field stand if it is taken from there. */
export function homeBelow(
  { fields }: Planning,
  { standing, field, entry }: Option,
  { name, home }: { readonly name: string; readonly home: Home },
): Home {
  const provided = fields.providedBelow(standing, name, entry === undefined ? home.provided : undefined);
  return { standing: { subgraph: standing.subgraph, type: field.type }, provided };
}

/**
 * Shared types without keys may have some of their fields in one subgraph and some in another: then the field that leads
 * to them is asked for in both, each for its part.
 */
export function splitSelections(planning: Planning, selections: Selections, home: Home): SplitSelections {
  if (appraise(planning, selections, home).lacking === 0) return { within: selections, beyond: [] };
  const objects = objectsAt(planning.index, home.standing);
  const within: Selection[] = [];
  const beyond: Selection[] = [];
  for (const want of planning.collect(selections, planning.scopes.of(objects, home.standing.type))) {
    for (const type of want.scope.types) {
      const part = splitWant(planning, want, { type, home });
      if (part.within !== undefined)
        within.push(wrap(want, planning.isUnknown(type) ? want.scope.declared : type, part.within));
      if (part.beyond !== undefined) beyond.push(wrap(want, type, part.beyond));
    }
  }
  return { within, beyond };
}

type Part = { readonly selections: Selections | undefined };

const wrap = (want: Want, typeCondition: string, { selections }: Part): Selection => ({
  kind: 'fragment',
  typeCondition,
  conditions: want.conditions,
  selections: [{ ...want, kind: 'field', conditions: [], selections }],
});

function splitWant(planning: Planning, want: Want, of: Of): { readonly within?: Part; readonly beyond?: Part } {
  const { selections } = want;
  const options = optionsOf(planning, want, of);
  if (options === undefined) return { within: { selections } };
  if (selections === undefined) return options.length === 0 ? { beyond: { selections } } : { within: { selections } };
  let left = selections;
  const within = options.flatMap((option) => {
    const part = splitSelections(planning, left, homeBelow(planning, option, { name: want.name, home: of.home }));
    left = part.beyond;
    return part.within;
  });
  return {
    ...(within.length > 0 ? { within: { selections: within } } : {}),
    ...(left.length > 0 ? { beyond: { selections: left } } : {}),
  };
}
