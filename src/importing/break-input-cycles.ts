import type { DraftType } from './draft.ts';

type Input = Extract<DraftType, { readonly kind: 'input' }>;

/** Input types that demand themselves could never be given: the field that closes such a circle may be left out. */
export function breakInputCycles(types: readonly DraftType[]): readonly DraftType[] {
  const inputs = new Map(types.flatMap((type) => (type.kind === 'input' ? [[type.name, type] as const] : [])));
  const done = new Set<string>();
  const relaxed = new Set<string>();
  const visit = (input: Input, way: ReadonlySet<string>): void => {
    done.add(input.name);
    for (const field of input.fields) {
      const target = demanded(field.type);
      const next = target === undefined ? undefined : inputs.get(target);
      if (next === undefined) continue;
      if (way.has(next.name)) relaxed.add(`${input.name}.${field.name}`);
      else if (!done.has(next.name)) visit(next, new Set([...way, next.name]));
    }
  };
  for (const input of inputs.values()) if (!done.has(input.name)) visit(input, new Set([input.name]));
  if (relaxed.size === 0) return types;
  return types.map((type) =>
    type.kind === 'input' ? { ...type, fields: type.fields.map((field) => relax(type, field, relaxed)) } : type,
  );
}

/** `Name` of `Name!`; a list may be empty. */
function demanded(type: string): string | undefined {
  return /^(\w+)!$/.exec(type)?.[1];
}

function relax(input: Input, field: Input['fields'][number], relaxed: ReadonlySet<string>): Input['fields'][number] {
  return relaxed.has(`${input.name}.${field.name}`) ? { ...field, type: field.type.replace(/!$/, '') } : field;
}
