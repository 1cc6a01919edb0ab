import { type GraphQLObjectType, isObjectType } from 'graphql';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { SendFetch } from '../../model/source.ts';
import type { CompiledFetch } from './compile-fetch.ts';
import { compileField, type FieldPlan } from './compile-field.ts';
import { compileArguments } from './field-arguments.ts';
import { FetchRun } from './fetch-run.ts';
import type { FetchScope } from './fetch-scope.ts';
import { fromAnswer, toLoaded } from './object-state.ts';
import { isFields } from './read-field.ts';
import type { CollectedField } from './selections.ts';

type RootPlan = Pick<FieldPlan, 'when' | 'write'>;

/** Nothing is known of a root, and nothing can be asked. */
const ROOT = toLoaded(fromAnswer({}), undefined);

/** Queries run their root fields at once; mutations one after the other, each with all that hangs on it. */
export function compileRun({ rootType, rootFields, scope, completeVariables }: CompiledFetch): SendFetch {
  const roots = rootFields.map((field) => compileRoot(field, rootType, scope));
  const isMutation = rootType === scope.schema.getMutationType();
  let isRepeated = false;
  return async ({ variables }, context) => {
    const run = new FetchRun(scope.subgraph.name, context, { variables: completeVariables(variables), isRepeated });
    isRepeated = true;
    const data = Object.create(null) as Record<string, unknown>;
    for (const { when, write } of roots) {
      if (when !== undefined && !when(run.variables)) continue;
      write(data, ROOT, undefined, run);
      if (!isMutation) continue;
      await run.settle();
      context.scope.clear(); // what was read before may have changed
    }
    await run.settle();
    return run.toAnswer(data);
  };
}

function compileRoot(field: CollectedField, rootType: GraphQLObjectType, scope: FetchScope): RootPlan {
  return field.node.name.value === '_entities'
    ? compileEntities(field, rootType, scope)
    : compileField(rootType, field, scope);
}

/** `_entities` (Apollo Federation): one entity for each representation, in its place. */
function compileEntities(
  { responseKey, node, parts, when }: CollectedField,
  rootType: GraphQLObjectType,
  scope: FetchScope,
): RootPlan {
  const field = rootType.getFields()['_entities'];
  if (field === undefined) throw new Error(`Subgraph "${scope.subgraph.name}" has no entities.`);
  const readArguments = compileArguments(field, node);
  const planOf = scope.planObjects(parts);
  return {
    when,
    write: (data, _state, _path, run) => {
      const { representations } = readArguments(run.variables);
      const list: unknown[] = [];
      data[responseKey] = list;
      const parent = { key: responseKey, parent: undefined };
      for (const [key, representation] of (Array.isArray(representations) ? representations : []).entries()) {
        list[key] = null;
        const type = isFields(representation) ? scope.schema.getType(String(representation['__typename'])) : undefined;
        if (isFields(representation) && isObjectType(type)) {
          planOf(type).completeEntity(representation, { key, parent }, run, (entity) => void (list[key] = entity));
        } else {
          run.report(new GatewayError('INTERNAL_ERROR', 'A representation names no entity of the subgraph.'), {
            key,
            parent,
          });
        }
      }
    },
  };
}
