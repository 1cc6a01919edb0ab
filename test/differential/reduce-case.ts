import { runCase, type CaseOptions, type CaseReport } from './run-case.ts';

/** The same difference with as few choices as can be found. */
export async function reduceCase(
  seed: number,
  found: CaseReport,
  options: Omit<CaseOptions, 'leftOut'> = {},
): Promise<CaseReport> {
  const sort = sortOf(found);
  let smallest = found;
  let leftOut: ReadonlySet<string> = new Set();

  async function tryWithout(names: readonly string[]): Promise<boolean> {
    const more = new Set([...leftOut, ...names]);
    const report = await runCase(seed, { ...options, leftOut: more }).catch(() => undefined);
    if (report === undefined || sortOf(report) !== sort) return false;
    leftOut = more;
    smallest = report;
    return true;
  }

  for (let size = 64; size >= 1; size = Math.floor(size / 2)) {
    let start = 0;
    for (;;) {
      const names = [...smallest.taken];
      if (start >= names.length) break;
      if (!(await tryWithout(names.slice(start, start + size)))) start += size;
    }
  }
  return smallest;
}

/** Its kind, and its code or the beginning of its message. */
const sortOf = ({ difference }: CaseReport) => difference && `${difference.kind} ${difference.detail.slice(0, 60)}`;
