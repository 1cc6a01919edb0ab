import type { Rewrite, RewriteSegment } from '../model/plan.ts';
import type { LocalField, LocalSelection } from './drafts.ts';
import type { SentKeys } from './fit-shapes.ts';
import type { Conditions } from './selection.ts';

/** How a fetch's selection is written. */
export type Printing = {
  readonly sentKeys: SentKeys;
  /** Conditions that the whole fetch stands under: not written again. */
  readonly outer: Conditions;
  /** Gets the client's variables that are written. */
  readonly variables: Set<string>;
};

/** A selection set as GraphQL text. */
export function printSelection(local: LocalSelection, printing: Printing): string {
  const direct = local.typedUnder !== undefined || local.fields.size === 0 ? ['__typename'] : [];
  const groups = Map.groupBy(local.fields.values(), ({ on }) => on ?? '');
  const parts = Array.from(groups, ([on, fields]) => {
    const printed = [
      ...new Set(fields.filter((field) => !isRepeated(field, local)).map((field) => printField(field, printing))),
    ];
    if (on !== '') return printed.length === 0 ? '' : `...on ${on}{${printed.join(' ')}}`;
    direct.push(...printed);
    return '';
  });
  return `{${[...direct, ...parts.filter((part) => part !== '')].join(' ')}}`;
}

/** A leaf under conditions that stands there without them too. */
function isRepeated(field: LocalField, local: LocalSelection): boolean {
  if (field.conditions.length === 0 || field.below !== undefined) return false;
  return local.fields.has(fieldId({ ...field, conditions: [] }).trimEnd());
}

/** Tells the fields of one selection apart. */
export function fieldId({
  on,
  responseKey,
  call,
  conditions,
}: Pick<LocalField, 'on' | 'responseKey' | 'call' | 'conditions'>): string {
  return `${on ?? ''} ${responseKey} ${call} ${conditions.join(' ')}`;
}

function printField(field: LocalField, printing: Printing): string {
  const key = printing.sentKeys.get(field) ?? field.responseKey;
  const name = key === field.call ? key : isNamed(field, key) ? field.call : `${key}:${field.call}`;
  const conditions = field.conditions.filter((one) => !printing.outer.includes(one));
  for (const variable of [...field.variables, ...conditions.map((one) => one.slice(1))])
    printing.variables.add(variable);
  const below = field.below === undefined ? '' : printSelection(field.below.local, { ...printing, outer: [] });
  return underDirectives(conditions, name, below);
}

/** A field may have each directive once: further ones stand on fragments around it. */
function underDirectives(conditions: Conditions, name: string, below: string): string {
  const kinds = Map.groupBy(conditions, (condition) => condition[0]);
  const own = [...kinds.values()].flatMap((ofKind) => ofKind.slice(0, 1));
  const outer = conditions.filter((condition) => !own.includes(condition));
  const field = `${name}${own.map(printCondition).join('')}${below}`;
  return outer.reduce((inner, condition) => `...${printCondition(condition)}{${inner}}`, field);
}

const isNamed = ({ call }: LocalField, key: string) => call.startsWith(`${key}(`);

const printCondition = (condition: string) =>
  ` @${condition.startsWith('+') ? 'include' : 'skip'}(if:$${condition.slice(1)})`;

/** Gives fields that were sent under other keys their own again. */
export function renamesOf(local: LocalSelection, sentKeys: SentKeys): readonly Rewrite[] {
  if (sentKeys.size === 0) return [];
  const renames: Rewrite[] = [];
  const visit = (selection: LocalSelection, path: readonly RewriteSegment[]): void => {
    for (const field of selection.fields.values()) {
      const sent = sentKeys.get(field);
      const at: readonly RewriteSegment[] = [...path, { kind: 'key', name: sent ?? field.responseKey }];
      if (field.below !== undefined) visit(field.below.local, at);
      if (sent !== undefined) renames.push({ kind: 'rename', path: at, to: field.responseKey });
    }
  };
  visit(local, []);
  return renames;
}
