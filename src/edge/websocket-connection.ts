import type { IncomingHttpHeaders } from 'node:http';
import type { RawData, WebSocket } from 'ws';
import type { WebSocketConfig } from '../config/web-socket.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { Cancellation, clientGone } from '../model/cancellation.ts';
import type { OperationAnswer, OperationRequest } from '../model/http.ts';
import type { ReadHeader } from '../model/request-context.ts';
import { untilCancelled } from '../model/until-cancelled.ts';
import type { Log } from '../observability/log.ts';
import { systemClock } from '../traffic/clock.ts';
import { ConnectionHeaders } from './connection-headers.ts';
import type { OperationParameters } from './operation-parameters.ts';
import { toRefusal } from './refusal.ts';
import { toEventText } from './result-text.ts';
import { badMessage, type Closing, CLOSING, doubleId } from './websocket-closing.ts';
import { type ClientMessage, type MessagePayload, parseClientMessage } from './websocket-message.ts';

export type WebSocketSettings = {
  readonly handle: (request: OperationRequest) => Promise<OperationAnswer>;
  /** Rejects with GatewayError where the token in the headers is bad, or can't be checked. */
  readonly admit: (header: ReadHeader) => Promise<void>;
  /** Cancelled when the edge closes. */
  readonly draining: Cancellation;
  readonly config: WebSocketConfig;
  readonly log: Log;
};

/** `stop` ends a stream in order; queries and mutations have none. */
type Operation = { readonly cancellation: Cancellation; stop: (() => void) | undefined };

type StreamAnswer = Extract<OperationAnswer, { kind: 'stream' }>;

/** What may wait to be read by a client. Beyond it nothing more is read of that client. */
const MAX_UNREAD_BYTES = 1_000_000;

/** One client's connection by the graphql-transport-ws protocol (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md). */
export class WebSocketConnection {
  readonly #socket: WebSocket;
  readonly #settings: WebSocketSettings;
  readonly #headers: ConnectionHeaders;
  readonly #operations = new Map<string, Operation>();
  /** With those that the client has left and that still run, for mutations are not cut off: as many again, at most. */
  #running = 0;
  #state: 'new' | 'checking' | 'open' | 'over' = 'new';
  #isHeard = true;
  #stopTimer: () => void;
  readonly #unhook: () => void;

  constructor(socket: WebSocket, headers: IncomingHttpHeaders, settings: WebSocketSettings) {
    this.#socket = socket;
    this.#settings = settings;
    this.#headers = new ConnectionHeaders(headers, settings.config.headers);
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('pong', () => (this.#isHeard = true));
    socket.on('ping', (data) => socket.bufferedAmount < MAX_UNREAD_BYTES && socket.pong(data));
    socket.on('error', () => {}); // ws closes the connection itself: a broken frame, a message over the limit
    socket.on('close', () => this.#end());
    this.#stopTimer = systemClock.schedule(() => this.#close(CLOSING.initTimeout), settings.config.init);
    this.#unhook = settings.draining.onCancel(() => this.#drain());
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#state === 'over') return;
    try {
      if (isBinary || !Buffer.isBuffer(data)) throw new Error('Messages are text.');
      this.#obey(parseClientMessage(data.toString()));
    } catch (error) {
      this.#close(badMessage(error));
    }
  }

  #obey(message: ClientMessage): void {
    switch (message.kind) {
      case 'connection_init':
        return void this.#begin(message.payload);
      case 'ping':
        this.#send({ type: 'pong' });
        return void (message.payload === undefined ? undefined : this.#renew(message.payload));
      case 'pong':
        return;
      case 'subscribe':
        return this.#subscribe(message.id, message.parameters);
      case 'complete':
        return this.#leave(message.id);
    }
  }

  async #begin(payload: MessagePayload): Promise<void> {
    if (this.#state !== 'new') return this.#close(CLOSING.secondInit);
    this.#state = 'checking';
    this.#stopTimer();
    this.#headers.take(payload);
    if (!(await this.#isAdmitted()) || this.#isOver()) return;
    this.#state = 'open';
    this.#send({ type: 'connection_ack' });
    this.#stopTimer = systemClock.schedule(() => this.#ping(), this.#settings.config.ping);
  }

  /** A ping with a payload brings a new token: for the operations that come, and for streams whose own has expired. */
  async #renew(payload: MessagePayload): Promise<void> {
    this.#headers.take(payload);
    if (this.#state === 'open') await this.#isAdmitted();
  }

  async #isAdmitted(): Promise<boolean> {
    try {
      await this.#settings.admit(this.#headers.now());
      return true;
    } catch (error) {
      const isBad = error instanceof GatewayError && error.code === 'UNAUTHENTICATED';
      this.#close(isBad ? CLOSING.forbidden : CLOSING.tryLater);
      return false;
    }
  }

  #subscribe(id: string, parameters: OperationParameters): void {
    const { config, draining } = this.#settings;
    if (this.#state !== 'open') return this.#close(CLOSING.unacknowledged);
    if (this.#operations.has(id)) return this.#close(doubleId(id));
    if (draining.cancelled) return; // the connection closes soon, which answers it
    if (this.#operations.size >= config.operations || this.#running >= 2 * config.operations)
      return this.#refuse(id, tooManyOperations(config.operations));
    const operation: Operation = { cancellation: new Cancellation(), stop: undefined };
    this.#operations.set(id, operation);
    void this.#run(id, parameters, operation);
  }

  async #run(id: string, parameters: OperationParameters, operation: Operation): Promise<void> {
    const { cancellation } = operation;
    this.#running += 1;
    try {
      const renewed = () => this.#headers.now();
      const request = { ...toRequest(parameters), header: renewed(), renewed, cancellation };
      const answer = await this.#settings.handle(request);
      if (answer.kind === 'stream') await this.#stream(id, answer, operation);
      else if (!cancellation.cancelled) this.#answer(id, answer.result);
    } catch (error) {
      if (!cancellation.cancelled) this.#refuse(id, error);
    } finally {
      this.#running -= 1;
      cancellation.cancel(clientGone()); // a stream that nobody reads any more holds nothing
      if (this.#operations.get(id) === operation) this.#operations.delete(id);
      if (this.#settings.draining.cancelled) this.#closeWhenDrained();
    }
  }

  #answer(id: string, result: Extract<OperationAnswer, { kind: 'single' }>['result']): void {
    if (result.data === undefined) return this.#send({ id, type: 'error', payload: result.errors });
    this.#send({ id, type: 'next', payload: result });
    this.#send({ id, type: 'complete' });
  }

  /** The next event is asked for when the client has been sent the last. */
  async #stream(id: string, { events, stop }: StreamAnswer, operation: Operation): Promise<void> {
    const { cancellation } = operation;
    const { draining } = this.#settings;
    operation.stop = stop;
    if (draining.cancelled) stop();
    const start = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    for await (const event of untilCancelled(events, cancellation))
      await new Promise<void>((resolve) => this.#sendText(`${start}${toEventText(event)}}`, resolve));
    if (!cancellation.cancelled && !draining.cancelled) this.#send({ id, type: 'complete' });
  }

  #leave(id: string): void {
    const operation = this.#operations.get(id);
    this.#operations.delete(id); // the client may use it again at once
    operation?.cancellation.cancel(clientGone());
  }

  #refuse(id: string, error: unknown): void {
    this.#send({ id, type: 'error', payload: toRefusal(error, this.#settings.log).result.errors });
  }

  #send(message: object): void {
    this.#sendText(JSON.stringify(message), () => {});
  }

  /** Calls back when the message has left. A client that does not read what it is sent is not read either. */
  #sendText(text: string, whenSent: () => void): void {
    const socket = this.#socket;
    socket.send(text, (error) => {
      if (error !== undefined && error !== null) this.#end(); // or a stream could run on without ever letting `close` in
      if (socket.isPaused && socket.bufferedAmount <= MAX_UNREAD_BYTES) socket.resume();
      whenSent();
    });
    if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.pause();
  }

  #ping(): void {
    if (!this.#isHeard) return this.#socket.terminate();
    this.#isHeard = false;
    this.#socket.ping();
    this.#stopTimer = systemClock.schedule(() => this.#ping(), this.#settings.config.ping);
  }

  /** Streams end with the event that is under way; queries and mutations are answered before the connection closes. */
  #drain(): void {
    for (const { stop } of this.#operations.values()) stop?.();
    this.#closeWhenDrained();
  }

  #closeWhenDrained(): void {
    if (this.#operations.size === 0) this.#close(CLOSING.goingAway);
  }

  #close({ code, reason }: Closing): void {
    if (this.#isOver()) return;
    this.#socket.close(code, reason);
    this.#end();
  }

  #isOver(): boolean {
    return this.#state === 'over';
  }

  #end(): void {
    this.#state = 'over';
    this.#stopTimer();
    this.#unhook();
    for (const { cancellation } of this.#operations.values()) cancellation.cancel(clientGone());
    this.#operations.clear();
  }
}

function toRequest({ query, operationName, variables, extensions }: OperationParameters) {
  return { query, operationName, variables, extensions, method: 'POST' } as const;
}

function tooManyOperations(limit: number): GatewayError {
  const message = `This connection has ${limit} operations under way, and may have no more. Wait for some to end.`;
  return new GatewayError('TOO_MANY_OPERATIONS', message);
}
