import type { DraftType } from './draft.ts';

const roots: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

/** The types that a root field leads to, in their order; root types without fields are left out. */
export function usedTypes(types: readonly DraftType[]): readonly DraftType[] {
  const byName = new Map(types.map((type) => [type.name, type]));
  const used = new Set<string>();
  const waiting = types.filter((type) => roots.has(type.name) || isRootless(type)).map(({ name }) => name);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const type = byName.get(name);
    if (type === undefined || used.has(name)) continue;
    used.add(name);
    waiting.push(...namesIn(type));
  }
  return types.filter((type) => used.has(type.name) && !(type.kind === 'object' && type.fields.length === 0));
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
