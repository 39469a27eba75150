import { connect, type Socket } from "node:net";

interface Idle {
  readonly socket: Socket;
  /** Of the monotonic clock: by then the collector will have closed it. */
  readonly until: number;
}

/** How long before the collector means to close a connection that it is not used any more. */
const marginMs = 1_000;

/**
 * Connections to one collector that are kept for the next request. `http.Agent` keeps them too, with much that one peer has no
 * use for: a third of what a request cost.
 */
export class Connections {
  readonly #host: string;
  readonly #port: number;
  readonly #open = new Set<Socket>();
  #idle: Idle[] = [];

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  /** The one used last, which is the least likely to be closed meanwhile. */
  take(): Socket {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (performance.now() < idle.until) return idle.socket;
      idle.socket.destroy();
    }
    const socket = connect(this.#port, this.#host).setNoDelay();
    this.#open.add(socket);
    // It may break while nobody uses it.
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#open.delete(socket);
      this.#idle = this.#idle.filter((kept) => kept.socket !== socket);
    });
    return socket;
  }

  /** After an answer, with what it says of how long the connection stays open. */
  keep(socket: Socket, hint: string | undefined): void {
    if (socket.destroyed || !socket.writable) return;
    const seconds = /\btimeout=(\d{1,6})/.exec(hint ?? "")?.[1];
    const openMs = seconds === undefined ? Infinity : Number(seconds) * 1_000 - marginMs;
    this.#idle.push({ socket, until: performance.now() + openMs });
  }

  close(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
