import { GatewayError } from '../../errors/gateway-error.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import type { OpenSubscription, SubscriptionEvent } from '../../model/source.ts';
import type { StreamEvent } from './binding-client.ts';
import type { BoundCallSettings } from './bound-calls.ts';
import type { CompiledFetch } from './compile-fetch.ts';
import { compileValue } from './compile-value.ts';
import { compileArguments } from './field-arguments.ts';
import { FetchRun } from './fetch-run.ts';
import { evaluate } from './read-field.ts';

/** One answer for each message. A message that cannot be read is an answer with an error; the stream goes on. */
export function compileSubscription(
  { rootType, rootFields, scope, completeVariables }: CompiledFetch,
  { clientOf, subgraph, toRoots }: Pick<BoundCallSettings, 'clientOf' | 'subgraph' | 'toRoots'>,
): OpenSubscription {
  const [root] = rootFields;
  const field = root === undefined ? undefined : rootType.getFields()[root.node.name.value];
  if (root === undefined || field === undefined) throw new Error('A subscription must select one field.');
  const { responseKey } = root;
  const coordinate = `${rootType.name}.${field.name}`;
  const binding = readBinding(subgraph, coordinate);
  const open = clientOf(binding).prepareStream?.(binding);
  if (open === undefined) throw new Error(`${coordinate} is not bound to anything that streams.`);
  const readArguments = compileArguments(field, root.node, subgraph.wireNames);
  const complete = compileValue(field.type, root.parts, coordinate, scope);

  return async function* openSubscription({ variables, after }, context) {
    const given = completeVariables(variables);
    const toStream = () => open(toRoots(readArguments(given), undefined, context), context, after);
    for await (const { message, cursor } of withService(toStream, subgraph.name)) {
      const run = new FetchRun(subgraph.name, { ...context, scope: new Map() }, given);
      const path = { key: responseKey, parent: undefined };
      const data = Object.create(null) as Record<string, unknown>;
      data[responseKey] = null;
      try {
        if (message instanceof GatewayError) throw message;
        const value = binding.select === undefined ? message : evaluate(binding.select, message);
        data[responseKey] = complete(value, false, path, run);
      } catch (error) {
        run.report(error, path);
      }
      await run.settle();
      const answer = run.toAnswer(data);
      const event: SubscriptionEvent = cursor === undefined ? answer : { ...answer, cursor };
      yield event;
    }
  };
}

function readBinding(subgraph: SubgraphSchema, coordinate: string) {
  const binding = subgraph.fieldBindings.get(coordinate);
  if (binding === undefined) throw new Error(`${coordinate} has no binding.`);
  return binding;
}

/** What a client throws, opening or later, with the service's name. */
async function* withService(open: () => AsyncIterable<StreamEvent>, service: string): AsyncGenerator<StreamEvent> {
  try {
    yield* open();
  } catch (error) {
    throw error instanceof GatewayError ? error.with({ service }) : error;
  }
}
