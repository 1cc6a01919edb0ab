import { Kind, type DirectiveNode, type ValueNode } from 'graphql';

/** Whether something is part of the operation, given the variables. */
export type Condition = (variables: Readonly<Record<string, unknown>>) => boolean;

/** `@skip` and `@include` as one question; undefined if there is nothing to ask. */
export function compileCondition(directives: readonly DirectiveNode[] | undefined): Condition | undefined {
  const conditions = (directives ?? []).flatMap((directive): Condition[] => {
    const wanted = WANTED.get(directive.name.value);
    const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
    return wanted === undefined || value === undefined ? [] : [compileFlag(value, wanted)];
  });
  if (conditions.length === 0) return undefined;
  return (variables) => conditions.every((condition) => condition(variables));
}

/** Both conditions at once. */
export function both(first: Condition | undefined, second: Condition | undefined): Condition | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return (variables) => first(variables) && second(variables);
}

const WANTED: ReadonlyMap<string, boolean> = new Map([
  ['include', true],
  ['skip', false],
]);

function compileFlag(value: ValueNode, wanted: boolean): Condition {
  if (value.kind === Kind.VARIABLE) {
    const name = value.name.value;
    return (variables) => (variables[name] === true) === wanted;
  }
  const included = (value.kind === Kind.BOOLEAN && value.value) === wanted;
  return () => included;
}
