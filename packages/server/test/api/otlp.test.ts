import { decodeLogs, decodeTraces, splitLengthPrefixed } from "@throughline/core/otlp";
import { beforeAll, expect, test } from "vitest";

import { sendTurn, type SentTurn } from "../support/agent.ts";
import { sharedBackend } from "../support/backend.ts";

const shared = sharedBackend();
let sent: SentTurn;

beforeAll(async () => {
  sent = await sendTurn(shared(), "exported");
});

test("a session's OTLP comes as requests in JSON, one a line", async () => {
  const response = await shared().get("/api/v1/sessions/exported/otlp");
  expect(response.headers.get("content-type")).toBe("application/x-ndjson");
  const lines = (await response.text()).trimEnd().split("\n");
  const [traces, logs, ...others] = lines.map((line): unknown => JSON.parse(line));
  expect(others).toEqual([]);
  expect(traces).toMatchObject({
    resourceSpans: [{ scopeSpans: [{ spans: { length: 4 } }] }],
  });
  expect(logs).toMatchObject({ resourceLogs: [{ scopeLogs: [{ logRecords: { length: 3 } }] }] });
});

test("in protobuf each request stands behind its length", async () => {
  const response = await shared().get("/api/v1/sessions/exported/otlp", {
    accept: "application/x-protobuf",
  });
  const splitter = splitLengthPrefixed();
  const [traces, logs] = splitter.push(new Uint8Array(await response.arrayBuffer()));
  expect(splitter.end()).toEqual([]);
  const { resourceSpans } = decodeTraces(traces ?? new Uint8Array(0));
  expect(resourceSpans[0]?.scopeSpans[0]?.spans.map(({ traceId }) => traceId)).toEqual(
    Array.from({ length: 4 }, () => sent.traceId),
  );
  expect(decodeLogs(logs ?? new Uint8Array(0)).resourceLogs).toHaveLength(1);
});

test("one record alone is asked for by its id", async () => {
  const page = (await shared().json("/api/v1/sessions/exported/records")) as {
    readonly records: readonly { readonly record_id: string; readonly name: string }[];
  };
  const refund = page.records.find(({ name }) => name === "execute_tool refund");
  const path = `/api/v1/sessions/exported/otlp?record=${refund?.record_id ?? ""}`;
  expect(await shared().json(path)).toMatchObject({
    resourceSpans: [{ scopeSpans: [{ spans: [{ name: "execute_tool refund" }] }] }],
  });
  expect((await shared().get("/api/v1/sessions/exported/otlp?record=none")).status).toBe(404);
  expect((await shared().get("/api/v1/sessions/nobody/otlp")).status).toBe(404);
  expect((await shared().get("/api/v1/sessions/exported/otlp?recrod=x")).status).toBe(400);
});
