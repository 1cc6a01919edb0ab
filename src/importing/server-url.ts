import { fieldsOf, isRecord, type Located } from './description.ts';

/** A text of a server with its variables' defaults filled in; a variable without one stays. */
export function fillInVariables(text: string, server: Located): string {
  const { variables } = fieldsOf(server);
  return text.replaceAll(/\{([^}]+)\}/g, (place, name: string) => {
    const variable = isRecord(variables) ? variables[name] : undefined;
    return isRecord(variable) && typeof variable['default'] === 'string' ? variable['default'] : place;
  });
}
