import { childOf, childrenOf, type Description, fieldsOf, type Located, textOf } from '../description.ts';

/** A part of a channel's address that is only known at run time. */
type AsyncParameter = {
  readonly name: string;
  readonly description: string | undefined;
  /** What it may be, where that is said. */
  readonly values: readonly string[];
};

/** What a service does on a channel, whichever version says it. */
export type AsyncOperation = {
  readonly id: string;
  readonly at: Located;
  /** From the service's side. */
  readonly action: 'send' | 'receive';
  /** The channel's address; undefined for one that is only known at run time. */
  readonly address: string | undefined;
  readonly parameters: readonly AsyncParameter[];
  readonly messages: readonly Located[];
  /** What it answers to whoever asks; undefined where it does not. */
  readonly reply: readonly Located[] | undefined;
  readonly summary: string | undefined;
};

/** All operations of an AsyncAPI 2 or 3 description. */
export function readAsyncOperations(description: Description): readonly AsyncOperation[] {
  const { root } = description;
  return textOf(root, 'asyncapi')?.startsWith('2.') === true ? readVersion2(description) : readVersion3(description);
}

/** `publish` is what clients may publish, so the service receives it; `subscribe` the other way round. */
function readVersion2(description: Description): readonly AsyncOperation[] {
  return childrenOf(childOf(description.root, 'channels')).flatMap(([address, entry]) => {
    const channel = description.follow(entry) ?? entry;
    return (['publish', 'subscribe'] as const).flatMap((kind): readonly AsyncOperation[] => {
      const at = childOf(channel, kind);
      if (at === undefined) return [];
      const message = childOf(at, 'message');
      const several = childrenOf(message === undefined ? undefined : childOf(message, 'oneOf'));
      return [
        {
          id:
            textOf(at, 'operationId') ??
            `${kind === 'publish' ? 'publish' : 'on'} ${address.replaceAll(/\{[^}]*\}/g, '')}`,
          at,
          action: kind === 'publish' ? 'receive' : 'send',
          address,
          parameters: parametersOf(address, channel, description),
          messages: several.length > 0 ? several.map(([, one]) => one) : message === undefined ? [] : [message],
          reply: undefined,
          summary: textOf(at, 'summary') ?? textOf(at, 'description') ?? textOf(channel, 'description'),
        },
      ];
    });
  });
}

function readVersion3(description: Description): readonly AsyncOperation[] {
  return childrenOf(childOf(description.root, 'operations')).flatMap(([id, entry]): readonly AsyncOperation[] => {
    const at = description.follow(entry) ?? entry;
    const { action } = fieldsOf(at);
    if (action !== 'send' && action !== 'receive') return [];
    const channel = channelOf(at, description);
    const address = textOf(channel, 'address');
    const reply = childOf(at, 'reply');
    return [
      {
        id,
        at,
        action,
        address,
        parameters: parametersOf(address ?? '', channel, description),
        messages: messagesOf(at, channel),
        reply: reply === undefined ? undefined : replyOf(description.follow(reply) ?? reply, description),
        summary: summaryOf(at),
      },
    ];
  });
}

function summaryOf(at: Located): string | undefined {
  return textOf(at, 'summary') ?? textOf(at, 'description') ?? textOf(at, 'title');
}

function replyOf(at: Located, description: Description): readonly Located[] {
  return messagesOf(at, channelOf(at, description));
}

function channelOf(at: Located, description: Description): Located | undefined {
  const channel = childOf(at, 'channel');
  return channel === undefined ? undefined : description.follow(channel);
}

/** Those that the operation names, else all of its channel. */
function messagesOf(at: Located, channel: Located | undefined): readonly Located[] {
  const own = childrenOf(childOf(at, 'messages')).map(([, message]) => message);
  if (own.length > 0 || channel === undefined) return own;
  return childrenOf(childOf(channel, 'messages')).map(([, message]) => message);
}

/** Version 2 has a schema of each, version 3 its values alone. */
function parametersOf(
  address: string,
  channel: Located | undefined,
  { follow }: Description,
): readonly AsyncParameter[] {
  return [...address.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => {
    const given = channel === undefined ? undefined : childOf(channel, 'parameters', name);
    const at = given === undefined ? undefined : follow(given);
    const schema = at === undefined ? undefined : childOf(at, 'schema');
    const values = fieldsOf((schema === undefined ? undefined : follow(schema)) ?? at)['enum'];
    return {
      name,
      description: textOf(at, 'description'),
      values: Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [],
    };
  });
}

/** The payload's schema; the reason where it is of another kind than JSON Schema. */
export function payloadOf(message: Located, description: Description): Located | { readonly why: string } {
  const at = description.follow(message) ?? message;
  const payload = childOf(at, 'payload') ?? { ...at, value: {}, pointer: `${at.pointer}/payload` };
  const format = textOf(at, 'schemaFormat') ?? textOf(payload, 'schemaFormat');
  const why = whyNotJson(format, textOf(at, 'contentType') ?? textOf(description.root, 'defaultContentType'));
  if (why !== undefined) return { why };
  // Version 3 may wrap the schema to say its format.
  return format === undefined ? payload : (childOf(payload, 'schema') ?? payload);
}

function whyNotJson(format: string | undefined, contentType: string | undefined): string | undefined {
  if (format !== undefined && /avro|protobuf|raml|xml/i.test(format))
    return `its message is described by ${format}, and brokers' messages are read as JSON`;
  const isJson = contentType === undefined || /json/i.test(contentType);
  return isJson ? undefined : `its message is ${contentType}, not JSON`;
}
