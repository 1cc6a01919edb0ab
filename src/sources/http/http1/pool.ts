import { platform } from 'node:process';
import type { Cancellation } from '../../../model/cancellation.ts';
import type { HttpAnswer } from '../http-message.ts';
import type { TransportLimits } from '../transport.ts';
import { WireFault } from '../wire-fault.ts';
import { AnswerHeads } from './answer-head.ts';
import { type Address, Connection, type ConnectionLimits, type ConnectionOwner } from './connection.ts';
import { Exchange, type ExchangeOptions } from './exchange.ts';
import { WaitingList } from './waiting-list.ts';

export type PoolOptions = Omit<TransportLimits, 'answerBytes'> & { readonly address: Address };

const TICK_MS = 500;
const READ_BYTES = 65_536;

/** The connections to one plain `http:` origin: one exchange on each at a time, the longest waiting first. */
export class Pool implements ConnectionOwner {
  tick = 0;
  readonly #options: PoolOptions;
  readonly #limits: ConnectionLimits;
  readonly #connections: Connection[] = [];
  /** The one used last is used next, so that those too many come to their end. */
  readonly #free: Connection[] = [];
  readonly #waiting = new WaitingList();
  readonly #heads = new AnswerHeads();
  #buffer: Buffer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closing: PromiseWithResolvers<void> | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#limits = {
      connectMs: options.connectMs,
      bodyTicks: options.bodyIdleMs / TICK_MS,
      idleTicks: options.keepAliveMs / TICK_MS,
      ticksPerSecond: 1000 / TICK_MS,
    };
  }

  /** Rejects with GatewayError. */
  send(options: ExchangeOptions, cancellation: Cancellation): Promise<HttpAnswer> {
    const exchange = new Exchange(options, cancellation);
    if (this.#closing !== undefined) exchange.fail(new WireFault('connect', 'The client is closed.'));
    if (!exchange.isSettled) this.#place(exchange);
    return exchange.answer;
  }

  /** Resolves when what is on its way has ended. */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#closing = Promise.withResolvers<void>();
      this.#dropFree();
      this.#settleClosing();
    }
    return this.#closing.promise;
  }

  onFree(connection: Connection): void {
    const next = this.#waiting.take();
    if (next !== undefined) connection.start(next);
    else if (this.#closing === undefined) this.#free.push(connection);
    else connection.destroy();
  }

  onEnded(connection: Connection, fault: WireFault | undefined): void {
    remove(this.#connections, connection);
    remove(this.#free, connection);
    if (fault !== undefined) this.#waiting.take()?.fail(fault);
    if (this.#connections.length === 0) this.#stopClock();
    this.#connect();
    this.#settleClosing();
  }

  onStale(exchange: Exchange): void {
    this.#dropFree();
    this.#place(exchange);
  }

  #place(exchange: Exchange): void {
    for (let free = this.#free.pop(); free !== undefined; free = this.#free.pop())
      if (free.isOpen) return free.start(exchange);
    this.#waiting.add(exchange);
    this.#connect();
  }

  /** Makes as many connections as there are exchanges waiting for one. */
  #connect(): void {
    const { address, connections } = this.#options;
    let making = 0;
    for (const connection of this.#connections) if (!connection.isMade) making += 1;
    for (; making < this.#waiting.size && this.#connections.length < connections; making += 1) {
      this.#startClock();
      const shared = { owner: this, limits: this.#limits, heads: this.#heads, buffer: this.#lendBuffer() };
      this.#connections.push(new Connection({ address, ...shared }));
    }
  }

  /** One for all: it is empty again when the next connection reads. Windows reads ahead, into one of its own for each. */
  #lendBuffer(): Buffer {
    if (platform === 'win32') return Buffer.allocUnsafeSlow(READ_BYTES);
    return (this.#buffer ??= Buffer.allocUnsafeSlow(READ_BYTES));
  }

  #dropFree(): void {
    for (const connection of this.#free.splice(0)) connection.destroy();
  }

  #startClock(): void {
    this.#timer ??= setInterval(() => this.#onTick(), TICK_MS).unref();
  }

  #stopClock(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #onTick(): void {
    this.tick += 1;
    for (const connection of this.#connections) connection.checkTime(this.tick);
  }

  #settleClosing(): void {
    if (this.#connections.length === 0 && this.#waiting.size === 0) this.#closing?.resolve();
  }
}

/** An array, for a Set that is added to and deleted from keeps what it held alive (docs/performance.md). */
function remove(connections: Connection[], connection: Connection): void {
  const at = connections.indexOf(connection);
  if (at !== -1) connections.splice(at, 1);
}
