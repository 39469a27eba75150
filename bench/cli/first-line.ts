import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sessionRoot } from "@throughline/core";
import { encodeLogs, type LogRecord } from "@throughline/core/otlp";
import { serve } from "@throughline/server";
import { openEmbeddedHome } from "@throughline/store";

import { line, spread } from "./spread.ts";

const records = 3_000;
const session = "bench-session";

/** From the server's first byte, of its first answer and of the answer with the lines, to the first line on stdout. */
export async function firstLines(bin: string, rounds: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "throughline-bench-cli-"));
  const home = await openEmbeddedHome({ directory });
  const server = await serve({ ...home, port: 0, grpcPort: 0, version: "bench" });
  const relay = await openRelay(server.url);
  try {
    await home.writer.append({ signal: "logs", body: new Uint8Array(manyLogs()) });
    const whole: number[] = [];
    const firstAnswer: number[] = [];
    const lines: number[] = [];
    for (let round = -1; round < rounds; round++) {
      relay.answered.clear();
      const begun = performance.now();
      const shown = await firstLine(bin, relay.url);
      if (round < 0) continue;
      whole.push(shown - begun);
      firstAnswer.push(shown - Math.min(...relay.answered.values()));
      lines.push(shown - (relay.answered.get("/loki/api/v1/query_range") ?? Number.NaN));
    }
    console.log(`throughline logs latest, ${records} lines, median of ${rounds} rounds (ms)`);
    console.log(line("start to first line", spread(whole)));
    console.log(line("server's first byte to first line", spread(firstAnswer)));
    console.log(line("first byte of the lines to first line", spread(lines)));
  } finally {
    await relay.close();
    await server.close();
    await home.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function firstLine(bin: string, url: string): Promise<number> {
  const args = [bin, "logs", "latest", "-o", "jsonl", "--url", url];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const first = once(child.stdout, "data").then(() => performance.now());
  child.stdout.resume();
  await once(child, "close");
  return first;
}

interface Relay {
  readonly url: string;
  /** When the first byte of the answer at each path went out. */
  readonly answered: Map<string, number>;
  close(): Promise<void>;
}

/** Between the two, to see when the server answers. */
async function openRelay(target: string): Promise<Relay> {
  const answered = new Map<string, number>();
  const server: Server = createServer((asked, answer) => {
    const { pathname } = new URL(asked.url ?? "/", target);
    const headers = { ...asked.headers, host: new URL(target).host };
    const onward = request(
      target + (asked.url ?? "/"),
      { method: asked.method, headers },
      (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.once("data", () => {
          if (!answered.has(pathname)) answered.set(pathname, performance.now());
        });
        reply.pipe(answer);
      },
    );
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    answered,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function manyLogs(): Uint8Array {
  const root = sessionRoot(session);
  const began = BigInt(Date.now() - 600_000) * 1_000_000n;
  const logRecords = Array.from({ length: records }, (_, n): LogRecord => {
    const at = began + BigInt(n) * 1_000_000n;
    return {
      ...root,
      timeUnixNano: at,
      observedTimeUnixNano: at,
      severityNumber: 9,
      severityText: "INFO",
      body: { stringValue: `line ${n}: the agent has looked at another file of the project` },
      attributes: [{ key: "session.id", value: { stringValue: session } }],
      droppedAttributesCount: 0,
      flags: 1,
      eventName: "",
    };
  });
  const resource = {
    attributes: [{ key: "service.name", value: { stringValue: "bench" } }],
    droppedAttributesCount: 0,
    entityRefs: [],
  };
  const scope = { name: "bench", version: "1", attributes: [], droppedAttributesCount: 0 };
  const scopeLogs = [{ scope, logRecords, schemaUrl: "" }];
  return encodeLogs({ resourceLogs: [{ resource, scopeLogs, schemaUrl: "" }] });
}
