import type protobuf from 'protobufjs';

type Rules = Readonly<Record<string, unknown>>;

/**
 * What protovalidate (`buf.validate.field`) or its forerunner (`validate.rules`) asks of a field, as JSON Schema's
 * keywords: of the field itself, and of a list's items. Rules that JSON Schema has no word for are not read.
 */
export type FieldRules = { readonly field: Rules; readonly items: Rules; readonly isRequired: boolean };

export function readFieldRules({ parsedOptions: parsed, hasPresence }: protobuf.Field): FieldRules {
  const options: readonly unknown[] = Array.isArray(parsed) ? parsed : [];
  const own = options.map(asRules).reduce((all, option) => merge(all, { ...ruleSet(option) }), {});
  const repeated = asRules(own['repeated']);
  // What may be left empty has rules of its own for that, which JSON Schema can't say.
  const isLoose = own['ignore'] !== undefined || own['ignore_empty'] === true || isLooseInside(own);
  const field = isLoose ? {} : { ...leafRules(own), ...listRules(repeated) };
  return {
    field,
    items: isLoose ? {} : leafRules(asRules(repeated['items'])),
    isRequired:
      own['required'] === true ||
      asRules(own['message'])['required'] === true ||
      // Left out, it would be the empty text, or no item.
      (!hasPresence && (isMoreThanNone(field['minLength']) || isMoreThanNone(field['minItems']))),
  };
}

function isMoreThanNone(least: unknown): boolean {
  return typeof least === 'number' && least > 0;
}

function ruleSet(option: Rules): Rules {
  return asRules(option['(buf.validate.field)'] ?? option['(validate.rules)']);
}

function isLooseInside(own: Rules): boolean {
  return Object.values(own).some((rules) => asRules(rules)['ignore_empty'] === true);
}

/** An option may be written in parts: `[(validate.rules).string.min_len = 1, (validate.rules).string.max_len = 9]`. */
function merge(one: Rules, other: Rules): Rules {
  const merged: Record<string, unknown> = { ...one };
  for (const [name, value] of Object.entries(other))
    merged[name] = isRules(value) ? merge(asRules(one[name]), value) : value;
  return merged;
}

function leafRules(own: Rules): Rules {
  const number = Object.entries(own).find(([name]) => numberTypes.test(name))?.[1];
  return { ...numberRules(asRules(number)), ...textRules(asRules(own['string'])) };
}

const numberTypes = /^(float|double|u?int(32|64)|sint(32|64)|s?fixed(32|64))$/;

function numberRules(rules: Rules): Rules {
  const [minimum, above] = [toNumber(rules['gte']), toNumber(rules['gt'])];
  const [maximum, below] = [toNumber(rules['lte']), toNumber(rules['lt'])];
  // `gt: 10, lt: 5` means outside of the range.
  if ((minimum ?? above ?? -Infinity) > (maximum ?? below ?? Infinity)) return {};
  return defined({ minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below });
}

function textRules(rules: Rules): Rules {
  const exact = toNumber(rules['len']);
  const { pattern } = rules;
  const form = Object.entries(forms).find(([rule]) => rules[rule] === true)?.[1];
  return defined({
    minLength: exact ?? toNumber(rules['min_len']),
    maxLength: exact ?? toNumber(rules['max_len']),
    pattern: typeof pattern === 'string' ? pattern : undefined,
    format: form,
  });
}

const forms: Readonly<Record<string, string>> = {
  email: 'email',
  hostname: 'hostname',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
  uri: 'uri',
};

function listRules(rules: Rules): Rules {
  return defined({ minItems: toNumber(rules['min_items']), maxItems: toNumber(rules['max_items']) });
}

/** protobufjs reads long numbers as text. */
function toNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function defined(rules: Rules): Rules {
  return Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));
}

function isRules(value: unknown): value is Rules {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asRules(value: unknown): Rules {
  return isRules(value) ? value : {};
}
