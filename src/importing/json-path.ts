/** A name as JMESPath writes it: in quotes where it is no identifier. */
export function quoteName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

/** A path of names as JMESPath; `@` for none. */
export function quotePath(names: readonly string[]): string {
  return names.length === 0 ? '@' : names.map(quoteName).join('.');
}
