import { GatewayError } from '../../errors/gateway-error.ts';
import { isFields } from './read-field.ts';

/**
 * An object as `application/x-www-form-urlencoded`: a list's items under one name (`tag=a&tag=b`), what is in an object
 * under the names in brackets (`address[city]=Wien`, `items[0][sku]=A1`). null is left out. Throws BAD_USER_INPUT where
 * it is no object.
 */
export function printForm(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (!isFields(value)) throw new GatewayError('BAD_USER_INPUT', 'The arguments make no form: it must be an object.');
  const form = new URLSearchParams();
  for (const [name, inner] of Object.entries(value)) append(form, name, inner);
  return form.toString();
}

function append(form: URLSearchParams, name: string, value: unknown): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      append(form, typeof item === 'object' ? `${name}[${index}]` : name, item);
  } else if (isFields(value)) {
    for (const [inner, item] of Object.entries(value)) append(form, `${name}[${inner}]`, item);
  } else {
    form.append(name, (typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed());
  }
}
