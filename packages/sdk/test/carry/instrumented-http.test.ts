import { createRequire } from "node:module";
import type * as Http from "node:http";
import type { AddressInfo, LookupFunction } from "node:net";

import { propagation, SpanKind, trace } from "@opentelemetry/api";
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from "@opentelemetry/core";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { sessionRoot } from "@throughline/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { action, configure, extract, session, SessionPropagator } from "@throughline/sdk";

import { host, type Host } from "../support/host.ts";
import { findings } from "../support/verdict.ts";

// Its prototypes are patched through require, for importers as well.
const instrumentation = new HttpInstrumentation();
const { createServer, get } = createRequire(import.meta.url)("node:http") as typeof Http;
const fetching = new UndiciInstrumentation();

const here = { address: "127.0.0.1", family: 4 };

let app: Host;
const servers: Http.Server[] = [];
beforeEach(() => {
  app = host();
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
  configure({ trustedHosts: [] });
  await app.stop();
});

/** Answers on a free port of 127.0.0.1. */
async function serve(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer({}, answer);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

let sessions: readonly string[] = [];
beforeEach(() => {
  sessions = Array.from({ length: 20 }, () => crypto.randomUUID());
});

/** Every span of each session in its trace and no other. */
function expectWhole(perSession: number): void {
  expect(findings(app)).toEqual([]);
  for (const id of sessions) {
    const spans = app.spans().filter((span) => span.attributes["session.id"] === id);
    expect(spans.map(({ name }) => name)).toHaveLength(perSession);
    const traces = new Set(spans.map((span) => span.spanContext().traceId));
    expect(traces).toEqual(new Set([sessionRoot(id).traceId]));
  }
  expect(app.spans()).toHaveLength(perSession * sessions.length);
}

describe("where the host's instrumentations make the requests", () => {
  beforeEach(() => {
    propagation.setGlobalPropagator(
      new SessionPropagator(
        new CompositePropagator({
          propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
        }),
      ),
    );
    for (const one of [instrumentation, fetching]) one.setTracerProvider(trace.getTracerProvider());
  });

  test("fetch and node:http carry the session, and servers take it up", async () => {
    const second = await serve((_request, response) => {
      action({ name: "second" }, () => response.end("done"));
    });
    const first = await serve((_request, response) => {
      get(second, (answer) => answer.pipe(response));
    });
    await Promise.all(
      sessions.map((id) =>
        session({ id }, (s) =>
          s.turn(async () => {
            expect(await (await fetch(first)).text()).toBe("done");
          }),
        ),
      ),
    );
    // root, turn, CLIENT, SERVER, CLIENT, SERVER; the last step knows the session only from the span it stands in
    const served = app.spans().filter((span) => span.attributes["session.id"] !== undefined);
    expect(served.filter(({ kind }) => kind === SpanKind.SERVER)).toHaveLength(2 * sessions.length);
    expectWhole(7);
  });

  test("what goes elsewhere has the trace and no session (qwen-code#4384)", async () => {
    const id = crypto.randomUUID();
    const seen: unknown[] = [];
    const model = await serve((request, response) => {
      seen.push(request.headers["traceparent"], request.headers["baggage"]);
      response.end();
    });
    // The same server under a name that no list has.
    const elsewhere = new URL(model.replace("127.0.0.1", "model.example"));
    const lookup: LookupFunction = (_host, _options, found) => found(null, [here]);
    await session({ id }, (s) =>
      s.turn(
        () =>
          new Promise<void>((done) => {
            get(elsewhere, { lookup }, (answer) => answer.resume().once("end", done));
          }),
      ),
    );
    expect(seen).toEqual([expect.stringContaining(sessionRoot(id).traceId), undefined]);
  });

  test("a caller that is not believed begins a session of its own, in a trace of its own", async () => {
    const theirs = crypto.randomUUID();
    propagation.disable();
    const w3c = new CompositePropagator({
      propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
    });
    propagation.setGlobalPropagator(new SessionPropagator(w3c, { believes: () => false }));
    const url = await serve((request, response) => {
      extract
        .headers(request.headers)
        .session({ id: "own", agent: "callee" }, (s) => s.turn(() => response.end()));
    });
    await session({ id: theirs }, (s) => s.turn(async () => (await fetch(url)).text()));
    expect(findings(app)).toEqual([]);
    const server = app.spans().find(({ kind }) => kind === SpanKind.SERVER);
    expect(server?.attributes["session.id"]).toBe("own");
    expect(server?.spanContext().traceId).not.toBe(sessionRoot(theirs).traceId);
    const client = app.spans().find(({ kind }) => kind === SpanKind.CLIENT);
    expect(server?.links.map(({ context }) => context.spanId)).toContain(
      client?.spanContext().spanId,
    );
  });
});
