/** The candidate a misspelt name was meant to be: the nearest one, if it is near enough to be a slip. */
export function findClosest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let closest: string | undefined;
  let least = Math.floor(name.length * 0.4) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > least) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    // Where no letter is the same, nothing is alike.
    if (distance < name.length && distance <= least && (closest === undefined || distance < least)) {
      closest = candidate;
      least = distance;
    }
  }
  return closest;
}

/** `Did you mean "x"?`, or else what there is to choose from. */
export function suggestName(name: string, candidates: Iterable<string>): string {
  const names = [...candidates];
  const closest = findClosest(name, names);
  if (closest !== undefined) return `Did you mean "${closest}"?`;
  return names.length === 0 ? 'There is nothing to choose from here.' : `Choose from: ${names.join(', ')}.`;
}

/** Damerau-Levenshtein distance, adjacent transpositions counting as one (optimal string alignment). */
function editDistance(left: string, right: string): number {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= left.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= right.length; column++) {
      const cost = left[row - 1] === right[column - 1] ? 0 : 1;
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const swapped = isSwap ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY;
      const edited = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + cost);
      rows[row]?.push(Math.min(edited, swapped));
    }
  }
  return at(left.length, right.length);
}
