import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

type State = 'open' | 'cut' | 'frozen' | 'slow';

/**
 * The way from the product to one of its servers, which a test can spoil without touching the server: `cut` ends all connections and
 * refuses new ones, `freeze` lets nothing through on connections that stay open, `slow` delays every piece of data.
 */
export class TcpProxy {
  #state: State = 'open';
  #delayMs = 0;
  readonly #sockets = new Set<Socket>();
  readonly #inFlight = new Map<Socket, Promise<void>>();
  readonly #server: Server;
  readonly #target: URL;

  constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((near) => this.#join(near));
  }

  /** The target's URL by this proxy. */
  async url(): Promise<URL> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const url = new URL(this.#target);
    url.hostname = '127.0.0.1';
    url.port = String((this.#server.address() as { port: number }).port);
    return url;
  }

  cut(): void {
    this.#state = 'cut';
    for (const socket of this.#sockets) socket.destroy();
  }

  freeze(): void {
    this.#state = 'frozen';
    for (const socket of this.#sockets) socket.pause();
  }

  slow(delayMs: number): void {
    this.#state = 'slow';
    this.#delayMs = delayMs;
  }

  mend(): void {
    this.#state = 'open';
    for (const socket of this.#sockets) socket.resume();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(near: Socket): void {
    if (this.#state === 'cut') {
      near.resetAndDestroy();
      return;
    }
    const far = connect(Number(this.#target.port), this.#target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => {});
      from.once('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.on('data', (data) => this.#carry(data, to));
      if (this.#state === 'frozen') from.pause();
    }
  }

  /** In order, also when the proxy has become faster meanwhile. */
  #carry(data: Buffer, to: Socket): void {
    const waitMs = this.#state === 'slow' ? this.#delayMs : 0;
    const before = this.#inFlight.get(to);
    if (waitMs === 0 && before === undefined) {
      to.write(data);
      return;
    }
    const carried = Promise.all([before, delay(waitMs)]).then(() => {
      if (!to.destroyed) to.write(data);
      if (this.#inFlight.get(to) === carried) this.#inFlight.delete(to);
    });
    this.#inFlight.set(to, carried);
  }
}
