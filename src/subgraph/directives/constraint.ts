import type { Constraint } from '../../model/constraint.ts';
import { compilePattern } from '../compile-constraint.ts';
import { CONSTRAINT_FORMATS } from '../constraint-formats.ts';
import { suggestName } from '../did-you-mean.ts';
import type { DirectiveDeclaration } from './declaration.ts';

export const constraintDirective: DirectiveDeclaration = {
  name: 'constraint',
  sdl: /* GraphQL */ `
    """
    What a client may give: anything else is refused at the edge, before a service is called. On a list the rules hold for
    each item, \`minItems\` and \`maxItems\` for the list.
    """
    directive @constraint(
      """
      The least number.
      """
      min: Float
      """
      The greatest number.
      """
      max: Float
      """
      The least number of characters.
      """
      minLength: Int
      """
      The greatest number of characters.
      """
      maxLength: Int
      """
      A regular expression (RE2) that matches somewhere in the text; \`^\` and \`$\` tie it to the whole.
      """
      pattern: String
      """
      ${CONSTRAINT_FORMATS.map((format) => `\`${format}\``).join(', ')}.
      """
      format: String
      """
      The least number of items.
      """
      minItems: Int
      """
      The greatest number of items.
      """
      maxItems: Int
    ) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
  `,
};

/** Longer ones are no patterns that anybody can read, and cost as much with every value. */
const LONGEST_PATTERN = 1000;

/** What is wrong with its values, whatever they stand on; undefined if nothing is. */
export function faultOfConstraint(constraint: Constraint): string | undefined {
  if (Object.keys(constraint).length === 0) return 'it has no rule';
  return faultOfRanges(constraint) ?? faultOfFormat(constraint) ?? faultOfPattern(constraint);
}

function faultOfRanges(constraint: Constraint): string | undefined {
  for (const rule of ['minLength', 'maxLength', 'minItems', 'maxItems'] as const) {
    if ((constraint[rule] ?? 0) < 0) return `${rule} is ${constraint[rule]}: it cannot be negative`;
  }
  const ranges = [
    ['min', 'max'],
    ['minLength', 'maxLength'],
    ['minItems', 'maxItems'],
  ] as const;
  for (const [least, most] of ranges) {
    if ((constraint[least] ?? -Infinity) > (constraint[most] ?? Infinity))
      return `${least} (${constraint[least]}) is more than ${most} (${constraint[most]})`;
  }
  return undefined;
}

function faultOfFormat({ format }: Constraint): string | undefined {
  if (format === undefined || CONSTRAINT_FORMATS.includes(format)) return undefined;
  return `the format "${format}" is not known. ${suggestName(format, CONSTRAINT_FORMATS)}`;
}

function faultOfPattern({ pattern }: Constraint): string | undefined {
  if (pattern === undefined) return undefined;
  if (pattern.length > LONGEST_PATTERN) return `the pattern is longer than ${LONGEST_PATTERN} characters`;
  try {
    compilePattern(pattern);
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
    return `the pattern is not RE2's (which has neither look-around nor back-references): ${why}`;
  }
}
