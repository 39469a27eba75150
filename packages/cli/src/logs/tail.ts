import type { Connection } from "../home/remote/connection.ts";
import { linesIn, type LogLine } from "./log-line.ts";

export interface Tail {
  /** What came in since the last call, in one piece; undefined when the connection is over. Waits until there is something. */
  next(): Promise<Tailed | undefined>;
  close(): void;
}

export interface Tailed {
  readonly lines: readonly LogLine[];
  /** The server could not send everything. */
  readonly dropped: boolean;
}

/** Opens Loki's tail: resolves once it is open, so that whatever is read afterwards leaves no gap. Undefined: not now. */
export function openTail(
  { token, url }: Connection,
  logql: string,
  signal: AbortSignal,
): Promise<Tail | undefined> {
  // From now on: what was before is asked for with query_range, which has no bound of its own.
  const start = `${Date.now()}000000`;
  const parameters = new URLSearchParams({ query: logql, start, limit: "100" });
  const address = `${url.replace(/^http/, "ws")}/loki/api/v1/tail?${parameters.toString()}`;
  const socket = connect(address, token);
  const waiting: Tailed[] = [];
  let wake = (): void => {};
  const over = new AbortController();
  const end = (): void => {
    over.abort();
    wake();
  };
  socket.addEventListener("message", ({ data }) => {
    waiting.push(tailed(String(data)));
    wake();
  });
  socket.addEventListener("close", end);
  socket.addEventListener("error", end);
  const close = (): void => {
    end();
    socket.close();
  };
  signal.addEventListener("abort", close, { once: true });

  const tail: Tail = {
    close: () => {
      signal.removeEventListener("abort", close);
      close();
    },
    async next() {
      while (waiting.length === 0 && !over.signal.aborted)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      if (waiting.length === 0) return undefined;
      const all = waiting.splice(0);
      return {
        lines: all.flatMap(({ lines }) => lines),
        dropped: all.some(({ dropped }) => dropped),
      };
    },
  };
  return new Promise((resolve) => {
    socket.addEventListener("open", () => resolve(tail));
    socket.addEventListener("close", () => resolve(undefined));
    socket.addEventListener("error", () => resolve(undefined));
  });
}

/** Node's WebSocket takes headers, which the standard one, made for browsers and typed for them, does not. */
const SocketWithHeaders = WebSocket as unknown as new (
  address: string,
  init: { readonly headers: Readonly<Record<string, string>> },
) => WebSocket;

function connect(address: string, token: string | undefined): WebSocket {
  const headers = {
    "x-loki-response-encoding-flags": "categorize-labels",
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return new SocketWithHeaders(address, { headers });
}

function tailed(text: string): Tailed {
  const message: unknown = JSON.parse(text);
  if (typeof message !== "object" || message === null) return { lines: [], dropped: false };
  const dropped = "dropped_entries" in message && message.dropped_entries;
  return {
    lines: linesIn("streams" in message ? message.streams : []),
    dropped: Array.isArray(dropped) && dropped.length > 0,
  };
}
