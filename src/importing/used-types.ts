import type { DraftType } from './draft.ts';

const roots: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

/** The types that a root field leads to, in their order; root types without fields are left out. */
export function usedTypes(types: readonly DraftType[]): readonly DraftType[] {
  const byName = new Map(types.map((type) => [type.name, type]));
  const used = new Set<string>();
  const waiting = types.filter((type) => roots.has(type.name) || isRootless(type)).map(nameOf);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const type = byName.get(name);
    if (type === undefined || used.has(name)) continue;
    used.add(name);
    waiting.push(...namesIn(type));
    if (type.kind === 'interface') waiting.push(...types.filter((other) => isImplementing(other, name)).map(nameOf));
  }
  return types.flatMap((type): readonly DraftType[] => {
    if (!used.has(type.name)) return [];
    if (type.kind !== 'object') return [type];
    return type.fields.length === 0 ? [] : [{ ...type, interfaces: type.interfaces?.filter((name) => used.has(name)) }];
  });
}

function isImplementing(type: DraftType, name: string): boolean {
  return type.kind === 'object' && type.interfaces?.includes(name) === true;
}

function nameOf({ name }: DraftType): string {
  return name;
}

/** An entity that other subgraphs lead to, by its own call or those of its fields. */
function isRootless(type: DraftType): boolean {
  return (
    type.kind === 'object' && type.directives.some(({ name, args }) => name === 'key' && args['resolvable'] !== false)
  );
}

function namesIn(type: DraftType): readonly string[] {
  switch (type.kind) {
    case 'object':
    case 'interface':
      return type.fields.flatMap((field) => [field.type, ...field.args.map((arg) => arg.type)]).map(namedType);
    case 'input':
      return type.fields.map((field) => namedType(field.type));
    case 'union':
      return type.members;
    case 'enum':
    case 'scalar':
      return [];
  }
}

function namedType(type: string): string {
  return type.replaceAll(/[[\]!]/g, '');
}
