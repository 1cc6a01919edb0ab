import { GatewayError } from '../../errors/gateway-error.ts';
import type { Binding } from '../../model/binding.ts';
import type { Send } from '../../model/call.ts';
import type { ExpressionRoots } from '../../model/expression.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import type { OpenSubscription, SubscriptionEvent, SubscriptionOpening } from '../../model/source.ts';
import { protectStream, type StreamAttempt } from '../protect-stream.ts';
import type { StreamEvent } from './binding-client.ts';
import type { BoundCallSettings } from './bound-calls.ts';
import type { CompiledFetch } from './compile-fetch.ts';
import { compileAnswer } from './compile-answer.ts';
import { compileArguments } from './field-arguments.ts';
import { FetchRun } from './fetch-run.ts';
import { evaluate } from './read-field.ts';

/** One answer for each message. A message that cannot be read is an answer with an error; the stream goes on. */
export function compileSubscription(
  { rootType, rootFields, scope, completeVariables }: CompiledFetch,
  settings: BoundCallSettings,
): OpenSubscription {
  const { subgraph, toRoots } = settings;
  const [root] = rootFields;
  const field = root === undefined ? undefined : rootType.getFields()[root.node.name.value];
  if (root === undefined || field === undefined) throw new Error('A subscription must select one field.');
  const { responseKey } = root;
  const coordinate = `${rootType.name}.${field.name}`;
  const binding = readBinding(subgraph, coordinate);
  const open = prepareStream(binding, settings);
  const readArguments = compileArguments(field, root.node, subgraph.wireNames);
  const put = compileAnswer(field.type, root.parts, coordinate, scope);
  let isRepeated = false;

  return async function* openSubscription({ variables, after, opening }, context) {
    const given = completeVariables(variables);
    const toStream = () => open({ roots: toRoots(readArguments(given), undefined, context), after, opening }, context);
    for await (const { message, cursor } of withService(toStream, subgraph.name)) {
      const run = new FetchRun(subgraph.name, { ...context, scope: new Map() }, { variables: given, isRepeated });
      isRepeated = true;
      const path = { key: responseKey, parent: undefined };
      const data = Object.create(null) as Record<string, unknown>;
      data[responseKey] = null;
      try {
        if (message instanceof GatewayError) throw message;
        const value = binding.select === undefined ? message : evaluate(binding.select, message);
        put(value, path, run, (completed) => void (data[responseKey] = completed));
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

type StreamCall = {
  readonly roots: ExpressionRoots;
  readonly after: string | undefined;
  readonly opening: SubscriptionOpening | undefined;
};

/** Opening has the policies of a call, but for brokers: these wait for their connection, and mend it, themselves. */
function prepareStream(
  binding: Binding,
  { clientOf, protect, subgraph }: Pick<BoundCallSettings, 'clientOf' | 'protect' | 'subgraph'>,
): Send<StreamCall, AsyncIterable<StreamEvent>> {
  const open = clientOf(binding).prepareStream?.(binding);
  if (open === undefined) throw new Error(`${binding.coordinate} is not bound to anything that streams.`);
  const openStream = ({ roots, after, opening }: StreamCall, { context, trace, onOpened }: StreamAttempt) => {
    const isAgain = opening?.isAgain === true;
    const opened = (): void => {
      onOpened();
      opening?.onOpened();
    };
    if (binding.kind === 'subscribe') onOpened();
    return open(roots, { context, trace, after, isAgain, onOpened: opened });
  };
  return protectStream(openStream, protect, subgraph.policyOf(binding.coordinate));
}

/** What a client throws, opening or later, with the service's name. */
async function* withService(
  open: () => Promise<AsyncIterable<StreamEvent>>,
  service: string,
): AsyncGenerator<StreamEvent> {
  try {
    yield* await open();
  } catch (error) {
    throw error instanceof GatewayError ? error.with({ service }) : error;
  }
}
