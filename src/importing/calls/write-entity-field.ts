import { writeInputField } from '../json-schema/write-input.ts';
import type { Writing, WrittenObject } from '../json-schema/writing.ts';
import { type FieldPlan, writeCallField, writeCallResult } from './write-call.ts';

/**
 * A call that `x-selvedge-name: Product.shippingEstimate` makes a field of an entity: what of its request the entity
 * has comes from there (`x-selvedge-from: this.weight`, or by the key's name), the rest are arguments.
 */
export function writeEntityField(
  { call, name: fieldName }: Pick<FieldPlan, 'call' | 'name'>,
  owner: WrittenObject,
  writing: Writing,
): void {
  const { request } = call;
  const keys = writing.hints.keyProperties(owner.schema);
  const ofParent = [...request.properties.keys()].filter((name) => keys.includes(name));
  const plan: FieldPlan = { call, name: fieldName, keys: new Set(), ofParent };
  const required = [...request.properties].flatMap(([name, at]) => {
    const from = writing.read(at).extensions['x-selvedge-from'];
    const [, field] = typeof from === 'string' ? (/^this\.(\w+)$/.exec(from) ?? []) : [];
    return field === undefined || owner.fields.some((known) => known.name === field) ? [] : [{ name, at, field }];
  });
  for (const { name, at, field } of required) {
    const { type } = writeInputField(
      { wireName: name, property: { at, isRequired: true, isMixed: false }, hint: fieldName },
      writing,
    );
    owner.fields.push({ name: field, type, args: [], directives: [{ name: 'external', args: {} }] });
  }
  const { type, ...field } = writeCallField(plan, writeCallResult(plan, writing), writing);
  const needs = required.map((need) => need.field).join(' ');
  const requires = needs === '' ? [] : [{ name: 'requires', args: { fields: needs } }];
  // The entity may be none of this service's.
  owner.fields.push({ ...field, type: type.replace(/!$/, ''), directives: [...requires, ...field.directives] });
}
