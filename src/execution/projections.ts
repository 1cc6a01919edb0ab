import { Kind, visit, type FieldNode, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import type { CheckedOperation } from '../model/operation.ts';
import { compileFastProjection, type FastProjection } from './compile-fast-projection.ts';
import { compileProjection, type Projection } from './compile-projection.ts';
import { compileWhenReused } from './compile-when-reused.ts';
import type { ToFetchKey } from './response-keys.ts';

/** Variants of one operation kept at a time: one for each combination of the variables in its `@skip` and `@include`. */
const MAX_VARIANTS = 64;

/** The projections of an operation for the given (the client's) variables. */
export type SelectProjection = (variables: Readonly<Record<string, unknown>>) => ProjectionVariant;

type ProjectionVariant = {
  readonly projection: Projection;
  /** Compiled when it is first asked for; undefined if there is none. */
  readonly fast: () => FastProjection | undefined;
};

/** Conditions are resolved when a projection is compiled, so that running it asks nothing. */
export function createProjections(
  checked: CheckedOperation,
  input: {
    readonly schema: GraphQLSchema;
    readonly toFetchKey: ToFetchKey;
    readonly denied: ReadonlyMap<FieldNode, string>;
  },
): SelectProjection {
  const names = readFlagNames(checked);
  const root = rootTypeOf(input.schema, checked);
  const variants = new Map<string, ProjectionVariant>();
  return (variables) => {
    const key = names.map((name) => (variables[name] === true ? '1' : '0')).join('');
    const known = variants.get(key);
    if (known !== undefined) return known;
    const flags = Object.fromEntries(names.map((name) => [name, variables[name] === true]));
    const compilation = { ...input, fragments: checked.fragments, flags };
    const { selectionSet } = checked.operation;
    const variant: ProjectionVariant = {
      projection: compileProjection(compilation, root, selectionSet),
      fast: compileWhenReused(() => compileFastProjection(compilation, root, [selectionSet])),
    };
    if (variants.size >= MAX_VARIANTS) variants.clear();
    variants.set(key, variant);
    return variant;
  };
}

/** The object type of an operation's root. */
function rootTypeOf(schema: GraphQLSchema, { operation }: CheckedOperation): GraphQLObjectType {
  const type = schema.getRootType(operation.operation);
  if (!type) throw new Error(`the API schema has no ${operation.operation} type`);
  return type;
}

function readFlagNames({ document }: CheckedOperation): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: args }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
