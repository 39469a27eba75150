import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

import { asRefusal } from "../refusal/internal.ts";
import { Refusal } from "../refusal/refusal.ts";
import type { Guard } from "./guard.ts";

/** A door behind which a connection becomes something else: a WebSocket. Fails with a Refusal before it takes the socket over. */
export type Upgrade = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
) => void | Promise<void>;

export interface UpgradeOptions {
  readonly guard: Guard;
  readonly doors: ReadonlyMap<string, Upgrade>;
  readonly report: (line: string) => void;
}

/** Browsers open WebSockets to anywhere, so the guard stands here too. */
export function createUpgrades({ doors, guard, report }: UpgradeOptions): Upgrade {
  return async (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    try {
      guard.place(request.headers, false);
      guard.token(request.headers);
      const door = doors.get(request.url?.split("?", 1)[0] ?? "");
      if (door === undefined || request.method !== "GET") throw new Refusal("no_door");
      await door(request, socket, head);
    } catch (error) {
      refuse(socket, asRefusal(error, report));
    }
  };
}

function refuse(socket: Duplex, { headers, message, status }: Refusal): void {
  answer(socket, status, `${message}\n`, headers);
}

/** An answer in place of the WebSocket that was asked for. */
export function answer(
  socket: Duplex,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = Buffer.from(text, "utf8");
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    "content-type: text/plain; charset=utf-8",
    `content-length: ${body.length}`,
    "connection: close",
  ];
  socket.end(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]));
}
