import { type ConstDirectiveNode, type FieldDefinitionNode, type InputValueDefinitionNode, print } from 'graphql';
import type { DraftDirective, DraftField, DraftInput } from '../draft.ts';
import { toDraftDirective, toDraftField, toDraftInput } from './from-ast.ts';
import { mergeNamed, type MergePart } from './three-way.ts';

const asText = (part: unknown): string => JSON.stringify(part) ?? '';

/** A field, part by part. */
export function mergeField(
  base: FieldDefinitionNode | undefined,
  mine: FieldDefinitionNode,
  next: FieldDefinitionNode,
  mergePart: MergePart,
): DraftField {
  const own = toDraftField(mine);
  const theirs = toDraftField(next);
  // Without a base both have added it: then every part of theirs is as if mine had it changed.
  const before = base === undefined ? theirs : toDraftField(base);
  return {
    name: own.name,
    type: mergePart(before.type, own.type, theirs.type, asText),
    description: mergePart(before.description, own.description, theirs.description, asText),
    args: mergeNamed(before.args, own.args, theirs.args, {
      keyOf: ({ name }) => name,
      textOf: asText,
      merge: (old, mineArg, nextArg) => mergeInput(old ?? nextArg, mineArg, nextArg, mergePart),
    }),
    directives: mergeDirectives(before.directives, own.directives, theirs.directives, mergePart),
  };
}

export function mergeInputField(
  base: InputValueDefinitionNode | undefined,
  mine: InputValueDefinitionNode,
  next: InputValueDefinitionNode,
  mergePart: MergePart,
): DraftInput {
  return mergeInput(toDraftInput(base ?? next), toDraftInput(mine), toDraftInput(next), mergePart);
}

function mergeInput(base: DraftInput, mine: DraftInput, next: DraftInput, mergePart: MergePart): DraftInput {
  return {
    name: mine.name,
    type: mergePart(base.type, mine.type, next.type, asText),
    description: mergePart(base.description, mine.description, next.description, asText),
    initial: mergePart(base.initial, mine.initial, next.initial, asText),
    directives: mergeDirectives(base.directives, mine.directives, next.directives, mergePart),
  };
}

/** Directives by their names; of several of one name, by their order. */
export function mergeDirectives(
  base: readonly DraftDirective[],
  mine: readonly DraftDirective[],
  next: readonly DraftDirective[],
  mergePart: MergePart,
): readonly DraftDirective[] {
  return mergeNamed(base, mine, next, {
    keyOf: ({ name }, index, all) => `${name} ${all.slice(0, index).filter((other) => other.name === name).length}`,
    textOf: asText,
    merge: (old, own, theirs) => mergePart(old ?? theirs, own, theirs, asText),
  });
}

export function readDirectives(nodes: readonly ConstDirectiveNode[] | undefined): readonly DraftDirective[] {
  return (nodes ?? []).map(toDraftDirective);
}

/** Whether two nodes say the same, however they are laid out. */
export function isSame(one: Parameters<typeof print>[0], other: Parameters<typeof print>[0]): boolean {
  return print(one) === print(other);
}
