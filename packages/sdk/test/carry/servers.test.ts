import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { sessionRoot } from "@throughline/core";
import { afterEach, beforeEach, expect, test } from "vitest";

import { carry, extract, session } from "@throughline/sdk";

import { host, type Host } from "../support/host.ts";
import { findings } from "../support/verdict.ts";

let app: Host;
const servers: Server[] = [];
beforeEach(() => {
  app = host();
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
  await app.stop();
});

/** Answers on a free port of 127.0.0.1. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test("fetch through two servers, without any instrumentation", async () => {
  const second = await serve((request, response) => {
    const caller = extract.headers(request.headers, { from: request.socket.remoteAddress });
    caller.session({}, (s) => s.action({ name: "second" }, () => response.end("done")));
  });
  const first = await serve((request, response) => {
    const caller = extract.headers(request.headers, { from: request.socket.remoteAddress });
    void caller.session({}, (s) =>
      s.action({ name: "first" }, async (step) => {
        const answer = await fetch(second, { headers: { ...carry.headers(second, step) } });
        response.end(await answer.text());
      }),
    );
  });
  const sessions = Array.from({ length: 20 }, () => crypto.randomUUID());
  await Promise.all(
    sessions.map((id) =>
      session({ id }, (s) =>
        s.turn((turn) =>
          turn.tool({ name: "ask" }, async (tool) => {
            const answer = await fetch(first, { headers: { ...carry.headers(first, tool) } });
            expect(await answer.text()).toBe("done");
          }),
        ),
      ),
    ),
  );
  expect(findings(app)).toEqual([]);
  const steps = ["session", "action second", "action first", "execute_tool ask", "invoke_agent"];
  for (const id of sessions) {
    const spans = app.spans().filter((span) => span.attributes["session.id"] === id);
    expect(spans.map(({ name }) => name)).toEqual(steps);
    const traces = new Set(spans.map((span) => span.spanContext().traceId));
    expect(traces).toEqual(new Set([sessionRoot(id).traceId]));
  }
  expect(app.spans()).toHaveLength(steps.length * sessions.length);
});
