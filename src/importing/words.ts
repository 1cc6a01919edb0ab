/** Words of a name in any notation: `price_cents`, `priceCents`, `price-cents` and `PriceCents` are [price, cents]. */
export function splitWords(name: string): readonly string[] {
  return name
    .replace(/[’']/g, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
}

/** A field's name: `priceCents`. */
export function toCamelCase(name: string): string {
  return toValidName(
    splitWords(name)
      .map((word, index) => (index === 0 ? word.toLowerCase() : capitalize(word)))
      .join(''),
  );
}

/** A type's name: `ShippingEstimate`. */
export function toPascalCase(name: string): string {
  return toValidName(splitWords(name).map(capitalize).join(''));
}

/** An enum value's name. */
export function toUpperCase(name: string): string {
  return toValidName(
    splitWords(name)
      .map((word) => word.toUpperCase())
      .join('_'),
  );
}

/** Whether GraphQL takes it as the name of a field, argument or type. */
export function isValidName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !name.startsWith('__');
}

function toValidName(name: string): string {
  if (name === '') return 'unnamed';
  return /^\d/.test(name) ? `_${name}` : name;
}

function capitalize(word: string): string {
  const rest = word === word.toUpperCase() && word.length > 3 ? word.slice(1).toLowerCase() : word.slice(1);
  return word.charAt(0).toUpperCase() + rest;
}

const alike: ReadonlySet<string> = new Set(
  `series species news data media status bonus campus focus virus bus radius census nexus corpus plus this is os ios dns
  sms https aws gps css js tls pos`.split(/\s+/),
);

/** The singular of a name's last word: `productReviews` is `productReview`. */
export function toSingular(name: string): string {
  const [, head = '', last = name] = /^(.*?)([A-Z]?[a-z0-9]+|[A-Z0-9]+)$/.exec(name) ?? [];
  return head + singularWord(last);
}

function singularWord(word: string): string {
  if (alike.has(word.toLowerCase()) || !/s$/i.test(word) || /(ss|ous|ysis|asis|axis)$/i.test(word)) return word;
  if (/ies$/i.test(word) && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(sses|shes|ches|xes|zes|statuses|viruses|buses)$/i.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}

/** The plural of a name's last word; one that is plural already stays. */
export function toPlural(name: string): string {
  if (isPlural(name)) return name;
  if (/[^aeiou]y$/i.test(name)) return `${name.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/i.test(name) ? `${name}es` : `${name}s`;
}

/** Whether the name's last word is a plural. */
export function isPlural(name: string): boolean {
  return toSingular(name) !== name;
}
