import type { DraftDirective } from '../draft.ts';
import type { FieldNaming } from '../field-naming.ts';
import { quotePath } from '../json-path.ts';
import type { Entity } from './entities.ts';

/** `@key` and the call by which the entity is fetched: many by one call where the service can. */
export function entityDirectives(entity: Entity, naming: FieldNaming): readonly DraftDirective[] {
  const fields = [...entity.keys.values()].map((property) => naming.toField(property).name);
  const key: DraftDirective = { name: 'key', args: { fields: fields.join(' ') } };
  return [key, entity.batch === undefined ? singleCall(entity, naming) : batchCall(entity.batch, fields)];
}

function singleCall({ operation, keys, select }: Entity, naming: FieldNaming): DraftDirective {
  const path = operation.path.replaceAll(
    /\{([^{}]+)\}/g,
    (_, name: string) => `{${naming.toField(keys.get(name) ?? name).name}}`,
  );
  return { name: 'rest', args: { GET: path, ...selecting(select) } };
}

function batchCall(batch: NonNullable<Entity['batch']>, fields: readonly string[]): DraftDirective {
  const [field = ''] = fields;
  const { operation, parameter, select, max } = batch;
  const name = encodeURIComponent(parameter.name);
  const path = `${operation.path}?${name}={${field}}`;
  return { name: 'rest', args: { GET: path, ...selecting(select), batch: { max, match: field } } };
}

function selecting(select: readonly string[]): DraftDirective['args'] {
  return select.length === 0 ? {} : { select: quotePath(select) };
}
