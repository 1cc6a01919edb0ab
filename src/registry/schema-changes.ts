import { BreakingChangeType, DangerousChangeType, findSchemaChanges } from 'graphql';
import { type ConstrainedSchema, findConstraintChanges } from './constraint-changes.ts';

/** One thing that clients of the API schema will find changed. */
export type SchemaChange = {
  /** `breaking` operations of today may fail; `dangerous` clients may be surprised; `safe` neither. */
  readonly severity: 'breaking' | 'dangerous' | 'safe';
  readonly code: string;
  readonly message: string;
};

// Whether any field happens to be an Int is no change of the schema's own.
const BUILT_IN = /^(?:Standard scalar |(?:Int|Float|String|Boolean|ID) was added)/;

const ORDER = { breaking: 0, dangerous: 1, safe: 2 } as const;

/** What changes for clients, the worst first. */
export function findChanges(before: ConstrainedSchema, after: ConstrainedSchema): SchemaChange[] {
  const isConstrained = (input: string): boolean => before.constraints.has(input) || after.constraints.has(input);
  const ofSchema = findSchemaChanges(before.apiSchema, after.apiSchema)
    .filter(({ description }) => !BUILT_IN.test(description) && !isConstrained(describedInput(description)))
    .map(({ type, description }) => ({ severity: severityOf(type), code: type, message: description }));
  return [...ofSchema, ...findConstraintChanges(before, after)].toSorted(
    (left, right) => ORDER[left.severity] - ORDER[right.severity] || (left.message < right.message ? -1 : 1),
  );
}

// The description of a constrained input ends with its constraints: their change is told as such.
function describedInput(change: string): string {
  return /^Description of (?:argument|input-field) (\S+) has changed/.exec(change)?.[1] ?? '';
}

function severityOf(type: string): SchemaChange['severity'] {
  if (type in BreakingChangeType) return 'breaking';
  return type in DangerousChangeType ? 'dangerous' : 'safe';
}
