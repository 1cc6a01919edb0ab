import { type Naming, wireNaming } from '../subgraph/naming.ts';
import { isValidName, toCamelCase } from './words.ts';

/** How the description's names become fields', arguments' and input fields'. */
export type FieldNaming = {
  /** For `@source(naming:)`. */
  readonly rule: Naming | undefined;
  /** `isSame` where the rule alone leads from the name back to the wire's. */
  readonly toField: (wireName: string) => FieldName;
};

export type FieldName = { readonly name: string; readonly isSame: boolean };

/** The notation that most of these names have decides. */
export function chooseNaming(wireNames: Iterable<string>): FieldNaming {
  let snake = 0;
  let camel = 0;
  for (const name of wireNames) {
    if (/^[a-z0-9]+(_[a-z0-9]+)+$/.test(name)) snake++;
    else if (/^[a-z]+[A-Z]/.test(name)) camel++;
  }
  return fieldNaming(snake > camel ? 'SNAKE_CASE' : undefined);
}

/** Names by a rule: with SNAKE_CASE `price_cents` is `priceCents`; without, names that GraphQL takes stay. */
export function fieldNaming(rule: Naming | undefined): FieldNaming {
  const toWire = wireNaming(rule);
  return {
    rule,
    toField: (wireName) => {
      const camel = toCamelCase(wireName);
      const candidates = rule === undefined ? [wireName] : [camel, wireName];
      const same = candidates.find((name) => isValidName(name) && toWire(name) === wireName);
      return same === undefined ? { name: camel, isSame: false } : { name: same, isSame: true };
    },
  };
}

/** Names that are told apart: a second `size` is `size2`. */
export function distinctNames<Name extends string>(): (name: Name) => string {
  const taken = new Set<string>();
  return (name) => {
    let free: string = name;
    for (let number = 2; taken.has(free); number++) free = `${name}${number}`;
    taken.add(free);
    return free;
  };
}
