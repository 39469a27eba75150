import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A connection that sends just what a test tells it to, and keeps what comes back. */
export interface RawConnection {
  readonly socket: Socket;
  send(text: string | Uint8Array): void;
  received(): string;
  readonly closed: Promise<void>;
}

export function rawConnection(url: string): RawConnection {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  let text = "";
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => (text += chunk));
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  return {
    socket,
    send: (data) => void socket.write(data),
    received: () => text,
    closed: new Promise((resolve) => socket.once("close", () => resolve())),
  };
}
