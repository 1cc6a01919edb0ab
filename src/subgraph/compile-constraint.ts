import { RE2JS } from 're2js';
import type { Constraint } from '../model/constraint.ts';
import { compileFormat } from './constraint-formats.ts';

/** What is wrong with a value. `path` leads into it; `fault` goes on from "it ", `rule` is the constraint's argument. */
type Violation = {
  readonly path: readonly (string | number)[];
  readonly rule: keyof Constraint;
  readonly fault: string;
};

/** Characters that one operation's values may still be held against patterns: each costs some 0.3 µs. */
export type PatternBudget = { characters: number };

export type TestConstraint = (value: unknown, budget: PatternBudget) => Violation | undefined;

type Rule = {
  readonly rule: keyof Constraint;
  readonly test: (value: unknown, budget: PatternBudget) => string | undefined;
};

export function createPatternBudget(): PatternBudget {
  return { characters: 100_000 };
}

/** Gives a value's first violation. A value that stands for a list of one is tested as such. Throws for a wrong pattern. */
export function compileConstraint(constraint: Constraint): TestConstraint {
  const rules = [...readNumberRules(constraint), ...readTextRules(constraint)];
  const { minItems = 0, maxItems = Infinity } = constraint;
  const testLeaf = (value: unknown, path: readonly number[], budget: PatternBudget): Violation | undefined => {
    if (value === null || value === undefined) return undefined;
    if (Array.isArray(value)) return testItems(value, path, budget);
    for (const { rule, test } of rules) {
      const fault = test(value, budget);
      if (fault !== undefined) return { path, rule, fault };
    }
    return undefined;
  };
  const testItems = (items: readonly unknown[], path: readonly number[], budget: PatternBudget) => {
    if (rules.length === 0) return undefined;
    for (const [index, item] of items.entries()) {
      const violation = testLeaf(item, [...path, index], budget);
      if (violation !== undefined) return violation;
    }
    return undefined;
  };
  return (value, budget) => {
    if (value === null || value === undefined) return undefined;
    const count = Array.isArray(value) ? value.length : 1;
    if (count < minItems) return { path: [], rule: 'minItems', fault: `has ${count} of at least ${minItems} items` };
    if (count > maxItems) return { path: [], rule: 'maxItems', fault: `has ${count} items, of at most ${maxItems}` };
    return testLeaf(value, [], budget);
  };
}

/** Whether the text matches, in time linear in it (RE2). Throws where the pattern is not RE2's. */
export function compilePattern(pattern: string): (text: string) => boolean {
  const compiled = RE2JS.compile(pattern);
  return (text) => compiled.matcher(text).find();
}

function* readNumberRules({ min, max }: Constraint): Generator<Rule> {
  if (min !== undefined) yield numberRule('min', (value) => (value < min ? `is less than ${min}` : undefined));
  if (max !== undefined) yield numberRule('max', (value) => (value > max ? `is more than ${max}` : undefined));
}

function* readTextRules({ minLength, maxLength, pattern, format }: Constraint): Generator<Rule> {
  if (minLength !== undefined)
    yield textRule('minLength', (text) =>
      isShorter(text, minLength) ? `is shorter than ${printCharacters(minLength)}` : undefined,
    );
  if (maxLength !== undefined)
    yield textRule('maxLength', (text) =>
      isShorter(text, maxLength + 1) ? undefined : `is longer than ${printCharacters(maxLength)}`,
    );
  const hasForm = format === undefined ? undefined : compileFormat(format);
  if (hasForm !== undefined)
    yield textRule('format', (text) => (hasForm(text) ? undefined : `does not have the form "${format}"`));
  if (pattern !== undefined) yield patternRule(pattern);
}

function patternRule(pattern: string): Rule {
  const matches = compilePattern(pattern);
  return textRule('pattern', (text, budget) => {
    budget.characters -= text.length;
    if (budget.characters < 0) return 'is more text than can be held against a pattern in one operation';
    return matches(text) ? undefined : `does not match ${pattern}`;
  });
}

function numberRule(rule: keyof Constraint, test: (value: number | bigint) => string | undefined): Rule {
  return {
    rule,
    test: (value) => {
      const number = toNumber(value);
      return number === undefined ? 'is no number' : test(number);
    },
  };
}

/** Of a custom scalar, a number may be written as text. Long integers are compared without a loss. */
function toNumber(value: unknown): number | bigint | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > 400) return undefined;
  if (/^-?\d+$/.test(value)) return BigInt(value);
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value) ? Number(value) : undefined;
}

/** An ID, or a custom scalar, may be written as a number: its digits are its text. */
function textRule(rule: keyof Constraint, test: (text: string, budget: PatternBudget) => string | undefined): Rule {
  return {
    rule,
    test: (value, budget) => {
      const text = typeof value === 'number' ? String(value) : value;
      return typeof text === 'string' ? test(text, budget) : 'is no text';
    },
  };
}

/** In code points, which are counted only where UTF-16's units leave a doubt. */
function isShorter(text: string, length: number): boolean {
  if (text.length < length) return true;
  return text.length < length * 2 && Array.from(text).length < length;
}

function printCharacters(count: number): string {
  return count === 1 ? '1 character' : `${count} characters`;
}
