/** A cost that is known when the operation is read, or that depends on the request's variables. */
export type Cost = number | ((variables: Readonly<Record<string, unknown>>) => number);

export function addCosts(costs: readonly Cost[]): Cost {
  return combine(costs, (numbers) => numbers.reduce((sum, cost) => sum + cost, 0));
}

/** 0 for no costs. */
export function largestCost(costs: readonly Cost[]): Cost {
  return combine(costs, (numbers) => numbers.reduce((largest, cost) => Math.max(largest, cost), 0));
}

export function multiplyCosts(times: Cost, cost: Cost): Cost {
  if (times === 1 || cost === 0) return cost;
  return combine([times, cost], ([left = 0, right = 0]) => left * right);
}

export function evaluateCost(cost: Cost, variables: Readonly<Record<string, unknown>>): number {
  return typeof cost === 'number' ? cost : cost(variables);
}

/** What is known is worked out once; the order of the costs does not matter to `calculate`. */
function combine(costs: readonly Cost[], calculate: (numbers: readonly number[]) => number): Cost {
  const dynamic = costs.filter((cost) => typeof cost === 'function');
  const fixed = costs.filter((cost) => typeof cost === 'number');
  const [only] = fixed;
  const known = fixed.length === 1 && only !== undefined ? only : calculate(fixed);
  if (dynamic.length === 0) return known;
  const rest = fixed.length === 0 ? [] : [known];
  return (variables) => calculate([...rest, ...dynamic.map((cost) => cost(variables))]);
}
