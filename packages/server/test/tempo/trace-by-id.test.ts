import { decodeTraces } from "@throughline/core/otlp";
import { beforeAll, expect, test } from "vitest";

import { sendTurn, type SentTurn } from "../support/agent.ts";
import { sharedBackend } from "../support/backend.ts";

const shared = sharedBackend();
let sent: SentTurn;
const protobuf = { accept: "application/protobuf" };

beforeAll(async () => {
  sent = await sendTurn(shared(), "one");
});

function base64(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}

test("the first version gives batches with ids in base64 and enums by name", async () => {
  const trace = await shared().json(`/tempo/api/traces/${sent.traceId}`);
  expect(trace).toMatchObject({
    batches: [
      {
        resource: {
          attributes: expect.arrayContaining([
            { key: "service.name", value: { stringValue: "shop-agent" } },
          ]),
        },
        scopeSpans: [
          {
            scope: { name: "agent", version: "1.0.0" },
            spans: expect.arrayContaining([
              expect.objectContaining({
                traceId: base64(sent.traceId),
                spanId: base64(sent.toolId),
                parentSpanId: base64(sent.rootId),
                kind: "SPAN_KIND_INTERNAL",
                status: { message: "refused", code: "STATUS_CODE_ERROR" },
                startTimeUnixNano: expect.stringMatching(/^\d{19}$/),
              }),
            ]),
          },
        ],
      },
    ],
  });
  expect(Object.keys(trace as object)).toEqual(["batches"]);
});

test("the second version gives the trace beside what is to be said of it", async () => {
  const answer = await shared().json(`/tempo/api/v2/traces/${sent.traceId.toUpperCase()}`);
  expect(answer).toMatchObject({
    trace: { resourceSpans: [{ scopeSpans: [{ spans: { length: 4 } }] }] },
    metrics: { inspectedBytes: expect.stringMatching(/^\d+$/) },
  });
  expect(answer).not.toHaveProperty("status");
});

test("in protobuf the bytes are those that were sent", async () => {
  const first = await shared().get(`/tempo/api/traces/${sent.traceId}`, protobuf);
  expect(first.headers.get("content-type")).toBe("application/protobuf");
  const trace = new Uint8Array(await first.arrayBuffer());
  const { resourceSpans } = decodeTraces(trace);
  const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  expect(spans.map(({ name }) => name).toSorted()).toEqual([
    "chat gpt-5.4",
    "execute_tool refund",
    "execute_tool search",
    "invoke_agent shop-agent",
  ]);
  const second = await shared().get(`/tempo/api/v2/traces/${sent.traceId}`, protobuf);
  const response = Buffer.from(await second.arrayBuffer());
  // Field 1 of TraceByIDResponse is the trace itself.
  expect(response[0]).toBe(0x0a);
  expect(response.subarray(response.length - trace.length).equals(trace)).toBe(true);
});

test("a trace that is not there is 404 in the first version and an empty trace in the second", async () => {
  const missing = "00000000000000000000000000000bad";
  expect((await shared().get(`/tempo/api/traces/${missing}`)).status).toBe(404);
  expect(await shared().json("/tempo/api/v2/traces/bad")).toStrictEqual({ trace: {}, metrics: {} });
  const empty = await shared().get("/tempo/api/v2/traces/bad", protobuf);
  expect([...new Uint8Array(await empty.arrayBuffer())]).toEqual([0x0a, 0]);
  expect((await shared().get("/tempo/api/traces/xyz")).status).toBe(400);
  expect((await shared().get(`/tempo/api/v2/traces/${"a".repeat(33)}`)).status).toBe(400);
});

test("answers are compressed where that is asked for", async () => {
  const path = `/tempo/api/v2/traces/${sent.traceId}`;
  const plain = await shared().get(path, { "accept-encoding": "identity" });
  const packed = await shared().get(path, { "accept-encoding": "gzip", "x-scope-orgid": "me" });
  expect(plain.headers.get("content-encoding")).toBeNull();
  expect(packed.headers.get("content-encoding")).toBe("gzip");
  expect(await packed.json()).toEqual(await plain.json());
});
