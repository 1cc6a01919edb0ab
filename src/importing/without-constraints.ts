import type { Draft, DraftInput } from './draft.ts';

/** The draft without `@constraint`: the services alone say what they take. */
export function withoutConstraints(draft: Draft): Draft {
  return {
    ...draft,
    types: draft.types.map((type) => {
      if (type.kind === 'input') return { ...type, fields: type.fields.map(withoutConstraint) };
      if (type.kind !== 'object') return type;
      return { ...type, fields: type.fields.map((field) => ({ ...field, args: field.args.map(withoutConstraint) })) };
    }),
  };
}

function withoutConstraint(input: DraftInput): DraftInput {
  return { ...input, directives: input.directives.filter(({ name }) => name !== 'constraint') };
}
