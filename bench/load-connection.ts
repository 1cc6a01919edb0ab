import { connect, type Socket } from 'node:net';

export type HttpAnswer = { readonly status: number; readonly body: Buffer };

const HEAD_END = Buffer.from('\r\n\r\n');
const NOTHING = Buffer.alloc(0);

/** One kept-alive HTTP/1.1 connection on which one request at a time is on its way. Reconnects where it was closed. */
export class LoadConnection {
  readonly #port: number;
  #socket: Socket | undefined;
  #received: Buffer[] = [];
  #length = 0;
  #needed = 0;
  #settle: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void } | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /** Rejects if the connection ends before the answer has. */
  send(request: Buffer): Promise<HttpAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    this.#settle = { resolve, reject };
    this.#socket ??= this.#connect();
    this.#socket.write(request);
    return promise;
  }

  close(): void {
    this.#socket?.destroy();
  }

  #connect(): Socket {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#end(socket, error));
    socket.on('close', () => this.#end(socket, new Error('The gateway closed the connection.')));
    return socket;
  }

  #end(socket: Socket, error: Error): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#forget();
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.reject(error);
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#needed) return;
    const bytes = this.#received.length === 1 ? chunk : Buffer.concat(this.#received, this.#length);
    this.#received = [bytes];
    const read = readAnswer(bytes);
    if (read.kind === 'needs') this.#needed = read.bytes;
    else this.#answer(read.answer);
  }

  #answer(answer: HttpAnswer): void {
    this.#forget();
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.resolve(answer);
  }

  #forget(): void {
    this.#received = [];
    this.#length = 0;
    this.#needed = 0;
  }
}

type Read =
  | { readonly kind: 'needs'; readonly bytes: number }
  | { readonly kind: 'whole'; readonly answer: HttpAnswer };

function readAnswer(bytes: Buffer): Read {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return { kind: 'needs', bytes: bytes.length + 1 };
  const head = bytes.toString('latin1', 0, headEnd).toLowerCase();
  const status = Number(head.slice(9, 12));
  const start = headEnd + HEAD_END.length;
  const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
  if (length === undefined) return readChunked(bytes, start, status);
  const end = start + Number(length);
  if (bytes.length < end) return { kind: 'needs', bytes: end };
  return { kind: 'whole', answer: { status, body: bytes.subarray(start, end) } };
}

function readChunked(bytes: Buffer, start: number, status: number): Read {
  const chunks: Buffer[] = [];
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return { kind: 'needs', bytes: bytes.length + 1 };
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return { kind: 'needs', bytes: next };
    if (size === 0) break;
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
  return { kind: 'whole', answer: { status, body: chunks.length === 0 ? NOTHING : Buffer.concat(chunks) } };
}
