/** How a service writes its names: `naming` of `@source`. */
export type Naming = 'SNAKE_CASE' | 'CAMEL_CASE';

/** GraphQL name → the service's. Without a rule names are the same; leading underscores stay. */
export function wireNaming(naming: Naming | undefined): (name: string) => string {
  switch (naming) {
    case undefined:
      return (name) => name;
    case 'SNAKE_CASE':
      return (name) =>
        name
          .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
          .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
          .toLowerCase();
    case 'CAMEL_CASE':
      return (name) => name.replace(/(?<=[A-Za-z0-9])_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  }
}
