import type { Constraint } from '../../model/constraint.ts';
import { compileConstraint, createPatternBudget } from '../../subgraph/compile-constraint.ts';
import { CONSTRAINT_FORMATS } from '../../subgraph/constraint-formats.ts';
import { faultOfConstraint } from '../../subgraph/directives/constraint.ts';
import type { DraftDirective } from '../draft.ts';
import type { FlatSchema } from './flat-schema.ts';
import type { SchemaLimits } from './schema-limits.ts';
import type { Writing } from './writing.ts';

/**
 * `@constraint` with what a schema allows of an argument's or input field's value, so far as its type and the directive
 * take it. It never refuses what the schema takes: what can't be said exactly is said more widely, or left out.
 */
export function writeConstraint(schema: FlatSchema, type: string, writing: Writing): readonly DraftDirective[] {
  const item = innermost(schema, writing);
  const named = type.replaceAll(/[[\]!]/g, '');
  const rules: Constraint = {
    ...(numberTypes.has(named) ? numberRules(item, writing) : {}),
    ...(textTypes.has(named) ? textRules(item, { isId: named === 'ID' }, writing) : {}),
    ...(type.startsWith('[') ? itemRules(schema.limits) : {}),
  };
  const fitting = withoutRefusedDefault(rules, schema.initial);
  const fault = Object.keys(fitting).length === 0 ? 'it has no rule' : faultOfConstraint(fitting);
  return fault === undefined ? [{ name: 'constraint', args: { ...fitting } }] : [];
}

const numberTypes: ReadonlySet<string> = new Set(['Int', 'Float', 'BigInt']);
const textTypes: ReadonlySet<string> = new Set(['String', 'ID']);

/** On a list the rules are each item's. */
function innermost(schema: FlatSchema, writing: Writing): FlatSchema {
  let current = schema;
  while (current.items !== undefined) current = writing.read(current.items);
  return current;
}

function numberRules(schema: FlatSchema, writing: Writing): Constraint {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = withoutExclusive(schema, writing);
  const [min, max] = [minimum ?? exclusiveMinimum, maximum ?? exclusiveMaximum];
  return { ...(isSaid(min) ? { min } : {}), ...(isSaid(max) ? { max } : {}) };
}

/** Whole numbers have a next one; of others a bound that is excluded is taken too. */
function withoutExclusive({ limits, types, at, key }: FlatSchema, writing: Writing): SchemaLimits {
  const { exclusiveMinimum: above, exclusiveMaximum: below } = limits;
  if ((above ?? below) === undefined) return limits;
  if (!types.has('number'))
    return {
      ...limits,
      ...(above === undefined ? {} : { exclusiveMinimum: Math.floor(above) + 1 }),
      ...(below === undefined ? {} : { exclusiveMaximum: Math.ceil(below) - 1 }),
    };
  writing.simplified.set(key, { at, why: `is ${printExclusive(limits)}, that number itself not among them` });
  return limits;
}

/** Int ends where GraphQL's does, and no number is told from its neighbours beyond 2^53. */
function isSaid(limit: number | undefined): limit is number {
  if (limit === undefined || Math.abs(limit) > Number.MAX_SAFE_INTEGER) return false;
  return limit !== -(2 ** 31) && limit !== 2 ** 31 - 1;
}

function printExclusive({ exclusiveMinimum: above, exclusiveMaximum: below }: SchemaLimits): string {
  const words = [above === undefined ? '' : `more than ${above}`, below === undefined ? '' : `less than ${below}`];
  return words.filter((word) => word !== '').join(' and ');
}

/** Beyond a page of text a length is what the service can store, which nobody would write down again. */
const LONGEST_TEXT = 4000;

function textRules(schema: FlatSchema, { isId }: { readonly isId: boolean }, writing: Writing): Constraint {
  const { limits, format, mayBeEmptyText } = schema;
  const { minLength, maxLength } = limits;
  const isKnown = format !== undefined && !isId && CONSTRAINT_FORMATS.includes(format);
  const longest = isCount(maxLength) && maxLength <= LONGEST_TEXT ? { maxLength } : {};
  if (mayBeEmptyText) return longest;
  const pattern = readPattern(schema, writing);
  return {
    ...(isCount(minLength) && minLength > 0 ? { minLength } : {}),
    ...longest,
    ...(pattern === undefined ? {} : { pattern }),
    ...(isKnown ? { format } : {}),
  };
}

/** JSON Schema's patterns are ECMAScript's, RE2 takes most of them. */
function readPattern({ limits, at, key }: FlatSchema, writing: Writing): string | undefined {
  if (limits.pattern === undefined) return undefined;
  const pattern = limits.pattern.replaceAll(/\\u\{?([0-9A-Fa-f]{4,6})\}?/g, String.raw`\x{$1}`);
  const fault = faultOfConstraint({ pattern });
  if (fault === undefined) return pattern;
  writing.simplified.set(key, { at, why: `has a pattern that is not checked: ${fault}` });
  return undefined;
}

function itemRules({ minItems, maxItems }: SchemaLimits): Constraint {
  return {
    ...(isCount(minItems) && minItems > 0 ? { minItems } : {}),
    ...(isCount(maxItems) ? { maxItems } : {}),
  };
}

/** What GraphQL takes as an Int. */
function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value < 2 ** 31;
}

/** Some descriptions have defaults that they do not allow. */
function withoutRefusedDefault(rules: Constraint, initial: unknown): Constraint {
  if (faultOfConstraint(rules) !== undefined) return rules;
  const violation = compileConstraint(rules)(initial, createPatternBudget());
  if (violation === undefined) return rules;
  const { [violation.rule]: _, ...others } = rules;
  return withoutRefusedDefault(others, initial);
}
