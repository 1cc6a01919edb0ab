import {
  type Channel,
  connectivityState,
  type Deadline,
  type Metadata,
  propagate,
  status,
  type StatusObject,
} from '@grpc/grpc-js';

/** How long a connection may take to be made, TLS and the first words of HTTP/2 included. */
const CONNECT_MS = 1000;

export type GrpcRequest = {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly message: Buffer;
  readonly metadata: Metadata;
  /** Infinity for none. */
  readonly deadline: Deadline;
};

/** How a call ended. `hasLeft`: it was given to a connection, so the service may have seen it. */
export type GrpcEnd = { readonly status: StatusObject; readonly hasLeft: boolean };

/** Told of each message that was asked for, and once of the end: after it nothing more comes. */
type GrpcListener = {
  /** The service has begun to answer; not every one says so before its first message. */
  readonly onBegun?: () => void;
  readonly onMessage: (bytes: Buffer) => void;
  readonly onEnd: (end: GrpcEnd) => void;
};

type GrpcCall = {
  /** Asks for the next message; the service is not read from beyond what was asked for. */
  readonly read: () => void;
  readonly cancel: () => void;
};

/**
 * Starts a call with one request. It is made on the channel itself: `Client`'s interceptors, emitters and stack traces
 * cost as much again as the call.
 */
function startGrpcCall(channel: Channel, request: GrpcRequest, listener: GrpcListener): GrpcCall {
  const call = channel.createCall(request.path, request.deadline, null, null, propagate.DEFAULTS);
  let isAbandoned = false;
  const unwatch = onceUnconnected(channel, () => {
    isAbandoned = true;
    call.cancelWithStatus(status.UNAVAILABLE, `No connection within ${CONNECT_MS} ms.`);
  });
  // grpc-js holds calls longer than they last: what listens, and all that it holds, is let go at the end.
  let told: GrpcListener | undefined = listener;
  call.start(request.metadata, {
    onReceiveMetadata: () => told?.onBegun?.(),
    onReceiveMessage: (bytes: Buffer) => told?.onMessage(bytes),
    onReceiveStatus: (ended) => {
      unwatch();
      const details = toPlainWords(ended.details);
      const last = told;
      told = undefined;
      last?.onEnd({
        status: { ...ended, details },
        hasLeft: !isAbandoned && call.getPeer() !== channel.getTarget(),
      });
    },
  });
  call.sendMessageWithContext({ callback: () => {} }, request.message);
  call.halfClose();
  return {
    read: () => call.startRead(),
    cancel: () => call.cancelWithStatus(status.CANCELLED, 'The gateway has no more use for it.'),
  };
}

/** Without what grpc-js says around the reason that there is no connection. It may say nothing at all. */
function toPlainWords(details: string | undefined): string {
  const [, reason, note = ''] =
    /^No connection established\. Last error: (?:Error: )?(.*?)\.? Resolution note: ?(.*)$/s.exec(details ?? '') ?? [];
  return reason === undefined ? (details ?? '') : [reason, note].filter((part) => part !== '').join('; ');
}

/**
 * Calls back when there has been no connection for a second: then nothing that began meanwhile can have left. Returns what
 * takes that back.
 */
function onceUnconnected(channel: Channel, onUnconnected: () => void): () => void {
  const limit = Date.now() + CONNECT_MS;
  let isOver = false;
  const watch = (): void => {
    const state = channel.getConnectivityState(false);
    if (isOver || state === connectivityState.READY || state === connectivityState.SHUTDOWN) return;
    channel.watchConnectivityState(state, limit, (isLate) => {
      if (isLate === undefined) watch();
      else if (!isOver) onUnconnected();
    });
  };
  watch();
  return () => {
    isOver = true;
  };
}

/** Calls back when the call is to be cancelled; returns what takes that back. */
type OnCancel = (cancel: () => void) => () => void;

/** `excess` says that there were more messages, or more bytes, than may be: then the service was told to stop. */
export type Collected = {
  readonly messages: readonly Buffer[];
  readonly end: GrpcEnd;
  readonly excess: 'messages' | 'bytes' | undefined;
};

type CollectLimits = { readonly maxMessages: number; readonly maxBytes: number; readonly onCancel: OnCancel };

/** All messages of a call, of which there may be so many. Never rejects. */
export function collectMessages(
  channel: Channel,
  request: GrpcRequest,
  { maxMessages, maxBytes, onCancel }: CollectLimits,
): Promise<Collected> {
  return new Promise((resolve) => {
    const messages: Buffer[] = [];
    let bytes = 0;
    let excess: Collected['excess'];
    const call = startGrpcCall(channel, request, {
      onMessage: (message) => {
        messages.push(message);
        bytes += message.length;
        if (messages.length > maxMessages) excess = 'messages';
        else if (bytes > maxBytes) excess = 'bytes';
        if (excess === undefined) call.read();
        else call.cancel();
      },
      onEnd: (end) => {
        unhook();
        resolve({ messages, end, excess });
      },
    });
    const unhook = onCancel(call.cancel);
    call.read();
  });
}

type StreamListener = {
  readonly onCancel: OnCancel;
  /** Called when the service has taken the call. */
  readonly onOpened: () => void;
  readonly toError: (end: GrpcEnd) => Error;
};

/** A service that has had a call for so long, and has not refused it, has taken it: most say nothing before the first message. */
const TAKEN_MS = 1000;

/** The messages of a stream as they come, each read when it is asked for. Throws what `toError` makes of a bad end. */
export async function* streamMessages(
  channel: Channel,
  request: GrpcRequest,
  { onCancel, onOpened, toError }: StreamListener,
): AsyncGenerator<Buffer> {
  const events: (Buffer | GrpcEnd)[] = [];
  let wake = (): void => {};
  const put = (event: Buffer | GrpcEnd): void => {
    events.push(event);
    wake();
  };
  const call = startGrpcCall(channel, request, { onBegun: onOpened, onMessage: put, onEnd: put });
  const unhook = onCancel(call.cancel);
  const taken = setTimeout(() => {
    if (channel.getConnectivityState(false) === connectivityState.READY) onOpened();
  }, TAKEN_MS);
  try {
    while (true) {
      if (events.length === 0) {
        call.read();
        await new Promise<void>((resolve) => (wake = resolve));
      }
      for (const event of events.splice(0)) {
        if (Buffer.isBuffer(event)) yield event;
        else if (event.status.code === status.OK) return;
        else throw toError(event);
      }
    }
  } finally {
    clearTimeout(taken);
    unhook();
    call.cancel();
  }
}
