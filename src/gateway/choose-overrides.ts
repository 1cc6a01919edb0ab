import type { Log } from '../observability/log.ts';
import type { ActiveOverrides, Planner } from '../planning/planner.ts';

/** The overrides of one request; equal choices have equal keys. */
export type ChosenOverrides = ActiveOverrides & { readonly key: string };

/** What `graph.overrides` says of a label: on, off, or the share of requests (0–100) for which it is on. */
export type LabelSettings = Readonly<Record<string, boolean | number>>;

/**
 * Decides for each request which `@override(label:)`s it follows: `percent(n)` for n of a hundred requests, other labels
 * as the config says, and not at all where it says nothing (Federation 2.7, progressive @override).
 */
export function createChooseOverrides(
  { labels, percentages }: Planner['overrides'],
  settings: LabelSettings,
  { log, random = Math.random }: { readonly log: Log; readonly random?: () => number },
): () => ChosenOverrides {
  for (const label of Object.keys(settings)) {
    if (!labels.includes(label)) log('warn', `graph.overrides.${label}: no field has @override(label: "${label}").`);
  }
  if (labels.length === 0 && percentages.length === 0) {
    const none: ChosenOverrides = { labels: new Set(), percent: 100, key: '' };
    return () => none;
  }
  const bounds = [0, ...percentages].toSorted((left, right) => left - right);
  return () => {
    const active = labels.filter((label) => isOn(settings[label], random));
    const drawn = random() * 100;
    // Every draw between two bounds makes the same choice: the lower bound stands for all of them, so plans can be kept.
    const percent = Math.max(...bounds.filter((bound) => bound <= drawn));
    return { labels: new Set(active), percent, key: JSON.stringify([percent, active]) };
  };
}

function isOn(setting: boolean | number | undefined, random: () => number): boolean {
  return typeof setting === 'number' ? random() * 100 < setting : setting === true;
}
