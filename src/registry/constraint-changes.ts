import { type GraphQLSchema, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import type { Constraint } from '../model/constraint.ts';
import type { Supergraph } from '../model/supergraph.ts';
import { constraintsOfArgument } from '../subgraph/argument-constraints.ts';
import type { SchemaChange } from './schema-changes.ts';

export type ConstrainedSchema = Pick<Supergraph, 'apiSchema' | 'constraints'>;

/**
 * What changes in what clients may give for arguments and input fields that were there before. Tightened is breaking:
 * a value of today may be refused. Whether one pattern or format takes all that another does is not decided: a changed
 * one counts as tightened.
 */
export function findConstraintChanges(before: ConstrainedSchema, after: ConstrainedSchema): SchemaChange[] {
  if (before.constraints.size === 0 && after.constraints.size === 0) return [];
  const newBounds = boundsByInput(after);
  return [...boundsByInput(before)].flatMap(([coordinate, old]) =>
    compareBounds(coordinate, old, newBounds.get(coordinate) ?? old),
  );
}

/** Everything that is asked of one value, each rule at its strictest. Rules that ask for nothing are left out. */
type Bounds = ReadonlyMap<string, Bound>;
type Bound = { readonly rule: keyof Constraint; readonly value: number | string };

function boundsByInput({ apiSchema, constraints }: ConstrainedSchema): ReadonlyMap<string, Bounds> {
  const found = new Map<string, Bounds>();
  for (const [coordinate, own] of inputsOf(apiSchema, constraints)) found.set(coordinate, toBounds(own));
  return found;
}

function* inputsOf(
  schema: GraphQLSchema,
  constraints: ConstrainedSchema['constraints'],
): Generator<readonly [coordinate: string, constraints: readonly Constraint[]]> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type)) {
      for (const name of Object.keys(type.getFields()))
        yield [`${type.name}.${name}`, constraints.get(`${type.name}.${name}`) ?? []];
    } else if (isObjectType(type) || isInterfaceType(type)) {
      for (const { name, args } of Object.values(type.getFields()))
        for (const argument of args) {
          const place = `${name}(${argument.name}:)`;
          yield [`${type.name}.${place}`, constraintsOfArgument(type, place, { schema, constraints })];
        }
    }
  }
}

const LEAST = new Set<string>(['min', 'minLength', 'minItems']);

function toBounds(constraints: readonly Constraint[]): Bounds {
  const bounds = new Map<string, Bound>();
  for (const [rule, value] of constraints.flatMap(entriesOf)) {
    // Several patterns and formats hold side by side; of bounds only the strictest counts.
    const key = typeof value === 'string' ? `${rule} ${value}` : rule;
    const known = bounds.get(key);
    if (known === undefined || isStricter(rule, value, known.value)) bounds.set(key, { rule, value });
  }
  return bounds;
}

type Entry = [rule: keyof Constraint, value: number | string];

function entriesOf(constraint: Constraint): Entry[] {
  const entries = Object.entries(constraint) as Entry[];
  return entries.filter(([rule, value]) => value !== 0 || (rule !== 'minLength' && rule !== 'minItems'));
}

function isStricter(rule: string, value: number | string, than: number | string): boolean {
  return LEAST.has(rule) ? value > than : value < than;
}

function compareBounds(coordinate: string, before: Bounds, after: Bounds): SchemaChange[] {
  const changes: SchemaChange[] = [];
  for (const [key, { rule, value }] of after) {
    const old = before.get(key)?.value;
    if (old === value) continue;
    const change = `${rule} ${old === undefined ? `(${value}) was added` : `went from ${old} to ${value}`}`;
    changes.push(
      old === undefined || isStricter(rule, value, old) ? tightened(coordinate, change) : loosened(coordinate, change),
    );
  }
  for (const [key, { rule, value }] of before)
    if (!after.has(key)) changes.push(loosened(coordinate, `${rule} (${value}) was removed`));
  return changes;
}

function tightened(coordinate: string, change: string): SchemaChange {
  const message = `Constraint of ${coordinate} is tighter: ${change}.`;
  return { severity: 'breaking', code: 'CONSTRAINT_TIGHTENED', message };
}

function loosened(coordinate: string, change: string): SchemaChange {
  const message = `Constraint of ${coordinate} is looser: ${change}.`;
  return { severity: 'safe', code: 'CONSTRAINT_LOOSENED', message };
}
