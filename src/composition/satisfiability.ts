import type { Problem } from '../errors/problem.ts';
import type { FederatedSubgraph } from './federated-subgraph.ts';
import { mendingEdits, ROOT_TYPES } from './mending-edits.ts';
import type { Obstacle } from './obstacle.ts';

/**
 * The composer's account of a field that cannot be reached, as one a team can act on: the query that fails, what keeps
 * each subgraph from answering it, and edits that would mend it. Other problems stay as they are.
 */
export function explainSatisfiability(problem: Problem, subgraphs: readonly FederatedSubgraph[]): Problem {
  const account = problem.code === 'SATISFIABILITY_ERROR' ? readAccount(problem.message) : undefined;
  if (account === undefined) return problem;
  const { query, obstacles } = account;
  const edits = mendingEdits(obstacles, subgraphs);
  return {
    ...problem,
    message: `The query ${query} cannot be answered: ${obstacles.map(printObstacle).join('; ')}.`,
    remedy: edits.length > 0 ? edits.join('\n    or: ') : problem.remedy,
  };
}

const ACCOUNT =
  /^The following supergraph API query:\n(?<query>[\s\S]+)\ncannot be satisfied by the subgraphs because:\n(?<reasons>[\s\S]+)$/;

type Account = { readonly query: string; readonly obstacles: readonly Obstacle[] };

function readAccount(message: string): Account | undefined {
  const [, query, reasons] = ACCOUNT.exec(message) ?? [];
  if (query === undefined || reasons === undefined) return undefined;
  return { query: query.replaceAll(/\s+/g, ' '), obstacles: [...readObstacles(reasons)] };
}

// One reason stands behind its subgraph's name, several stand below it.
function* readObstacles(reasons: string): Generator<Obstacle> {
  let source = '';
  for (const line of reasons.split('\n')) {
    const [head = '', name] = /^- from subgraph "([^"]+)":/.exec(line) ?? [];
    source = name ?? source;
    const text = line.slice(head.length).replace(/^[\s-]+/, '');
    if (text !== '') yield readObstacle(source, text);
  }
}

function readObstacle(source: string, text: string): Obstacle {
  for (const [expression, read] of REASONS) {
    const [, ...words] = expression.exec(text) ?? [];
    if (words.length > 0) return read(source, words);
  }
  return { kind: 'other', source, text: text.replace(/\.$/, '') };
}

type Reason = readonly [expression: RegExp, read: (source: string, words: readonly string[]) => Obstacle];

const inField = (kind: 'missing' | 'external' | 'requires', expression: RegExp): Reason => [
  expression,
  (source, [typeName = '', fieldName = '']) => ({ kind, source, typeName, fieldName }),
];

const REASONS: readonly Reason[] = [
  inField('missing', /^cannot find field "(\w+)\.(\w+)"/),
  inField('requires', /^cannot satisfy @require conditions on field "(\w+)\.(\w+)"/),
  inField('external', /^field "(\w+)\.(\w+)" is not resolvable because marked @external/),
  [
    /^cannot move to subgraph "([^"]+)", which has field "(\w+)\.(\w+)"/,
    (source, [target = '', typeName = '', fieldName = '']) => ({ kind: 'no-key', source, target, typeName, fieldName }),
  ],
  [
    /^cannot move to subgraph "([^"]+)" using @key\(fields: "(.*)"\) of "(\w+)"/s,
    (source, [target = '', key = '', typeName = '']) => ({ kind: 'key', source, target, typeName, key }),
  ],
  [
    /implementation type of @interfaceObject type "(\w+)"/,
    (source, [typeName = '']) => ({ kind: 'no-implementation', source, typeName }),
  ],
];

function printObstacle(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'missing':
      return `"${obstacle.source}" has no field "${obstacle.typeName}.${obstacle.fieldName}"`;
    case 'external':
      return `"${obstacle.typeName}.${obstacle.fieldName}" is @external in "${obstacle.source}"`;
    case 'requires':
      return `"${obstacle.source}" has "${obstacle.typeName}.${obstacle.fieldName}", and what that @requires cannot be got`;
    case 'no-key':
      if (ROOT_TYPES.has(obstacle.typeName))
        return `"${obstacle.target}" has "${obstacle.typeName}.${obstacle.fieldName}", which can be asked for at the root of an operation alone: only there do ${obstacle.typeName === 'Mutation' ? 'mutations follow one another' : 'subscriptions begin'}`;
      return `"${obstacle.target}" has "${obstacle.typeName}.${obstacle.fieldName}", and no way leads there from "${obstacle.source}": "${obstacle.typeName}" has no @key in "${obstacle.target}" that it resolves`;
    case 'key':
      return `"${obstacle.target}" needs the key "${obstacle.key}" of "${obstacle.typeName}", which cannot be got from "${obstacle.source}"`;
    case 'no-implementation':
      return `"${obstacle.source}" has "${obstacle.typeName}" as an @interfaceObject, and no subgraph can be asked which type an object of it is`;
    case 'other':
      return `from "${obstacle.source}", ${obstacle.text}`;
  }
}
