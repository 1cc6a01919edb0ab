import { isObjectType } from 'graphql';
import type { Binding } from '../../model/binding.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { BindingClient, StreamEvent } from './binding-client.ts';
import { BoundCalls, type BoundCallSettings } from './bound-calls.ts';
import { type CalledField, createScope, type FieldCall, toNode } from './call-field.ts';
import type { CompiledFetch } from './compile-fetch.ts';
import { compileSubscription } from './run-subscription.ts';

/** An event as the service has sent it, and what becomes of it. */
export type StreamedEvent = CalledField & { readonly raw: unknown; readonly cursor: string | undefined };

/** The stream of one field of Subscription, its events mapped as those of a client's: every field that needs no further call. */
export async function* streamField(
  settings: BoundCallSettings,
  { coordinate, args }: FieldCall,
  context: RequestContext,
): AsyncGenerator<StreamedEvent> {
  let raw: unknown; // each event is mapped before the next is read
  const clientOf = (binding: Binding): BindingClient =>
    listening(settings.clientOf(binding), ({ message }) => void (raw = message));
  const listened = { ...settings, clientOf };
  const fetch = selectAllOf(coordinate, listened);
  const events = compileSubscription(fetch, listened)({ variables: args }, context);
  for await (const { data, errors = [], cursor } of events)
    yield { raw, cursor, value: Object.values(data ?? {})[0] ?? null, errors };
}

/** A fetch of the one field, its arguments variables of the same names. */
function selectAllOf(coordinate: string, settings: BoundCallSettings): CompiledFetch {
  const { subgraph } = settings;
  const [typeName = '', responseKey = ''] = coordinate.split('.');
  const rootType = subgraph.schema.getType(typeName);
  const field = isObjectType(rootType) ? rootType.getFields()[responseKey] : undefined;
  if (!isObjectType(rootType) || field === undefined) throw new Error(`There is no field ${coordinate}.`);
  const node = toNode(field, subgraph);
  const parts = node.selectionSet === undefined ? [] : [{ selectionSet: node.selectionSet, when: undefined }];
  return {
    rootType,
    rootFields: [{ responseKey, node, when: undefined, parts }],
    scope: createScope(coordinate, new BoundCalls(settings), subgraph),
    completeVariables: (given) => given,
  };
}

function listening(client: BindingClient, onEvent: (event: StreamEvent) => void): BindingClient {
  return {
    prepare: (binding) => client.prepare(binding),
    prepareStream: (binding) => {
      const open = client.prepareStream?.(binding);
      if (open === undefined) throw new Error(`${binding.coordinate} is not bound to anything that streams.`);
      return async function* openStream(roots, opening) {
        for await (const event of open(roots, opening)) {
          onEvent(event);
          yield event;
        }
      };
    },
    close: () => client.close(),
  };
}
