import { Agent, request } from "node:http";
import { connect } from "node:http2";

import type { HostileRequest } from "./hostile.ts";

export interface Storm {
  /** How often each status came back. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Connections that ended without an answer. */
  readonly broken: number;
}

/** Sends what `next` makes, `count` times, over a few connections that stay open. */
export async function storm(
  url: string,
  count: number,
  next: () => HostileRequest,
): Promise<Storm> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const statuses = new Map<number, number>();
  let broken = 0;
  let left = count;
  const sender = async () => {
    while (left > 0) {
      left--;
      const status = await send(url, next(), agent);
      if (status === undefined) broken++;
      else statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 16 }, sender));
  agent.destroy();
  return { statuses, broken };
}

/** The same bodies as gRPC messages, their framing broken in one of eight. */
export async function grpcStorm(
  url: string,
  count: number,
  next: () => HostileRequest,
): Promise<Storm> {
  const session = connect(url);
  let broken = 0;
  session.on("error", () => {});
  const statuses = new Map<number, number>();
  let left = count;
  const sender = async () => {
    while (left > 0) {
      const framed = frame(next().body, left-- % 8 === 0);
      const status = await new Promise<number | undefined>((resolve) => {
        const stream = session.request({
          ":method": "POST",
          ":path": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
          "content-type": "application/grpc",
          te: "trailers",
        });
        let code: number | undefined;
        const read = (headers: Readonly<Record<string, unknown>>) => {
          if (headers["grpc-status"] !== undefined) code = Number(headers["grpc-status"]);
        };
        stream.on("response", read).on("trailers", read);
        stream.on("error", () => {}).on("close", () => resolve(code));
        stream.resume();
        stream.end(framed);
      });
      if (status === undefined) broken++;
      else statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 16 }, sender));
  session.close();
  return { statuses, broken };
}

function frame(body: Uint8Array, badly: boolean): Uint8Array {
  const framed = Buffer.concat([Buffer.alloc(5), body]);
  framed.writeUInt32BE(badly ? body.length * 7 + 1 : body.length, 1);
  return framed;
}

function send(url: string, hostile: HostileRequest, agent: Agent): Promise<number | undefined> {
  const { method, path, headers, body } = hostile;
  return new Promise((resolve) => {
    const options = { method, path, headers: { ...headers, "content-length": body.length }, agent };
    const asked = request(url, options, (response) => {
      response.on("end", () => resolve(response.statusCode));
      response.on("error", () => resolve(undefined));
      response.resume();
    });
    asked.on("error", () => resolve(undefined));
    asked.end(body);
  });
}
