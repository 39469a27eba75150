import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { encodeTraces, tracesFromJson } from "@throughline/core/otlp";
import { firstPoints, withoutBookkeeping } from "../../scripts/record-agents/leave-out.ts";
import { readArrival, startRecorder } from "../../scripts/record-agents/recorder.ts";
import { scrub } from "../../scripts/record-agents/scrub.ts";

const request = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: "host.name", value: { stringValue: "laptop" } }] },
      scopeSpans: [
        {
          scope: { name: "codex_exec" },
          spans: [
            {
              traceId: "0af7651916cd43dd8448eb211c80319c",
              spanId: "b7ad6b7169203331",
              name: "exec",
              kind: 1,
              startTimeUnixNano: "1795276143549998453",
              endTimeUnixNano: "1795276143550106976",
              attributes: [
                { key: "cwd", value: { stringValue: "/home/me/cache/room-x1/project" } },
                { key: "thread.id", value: { intValue: "3" } },
                { key: "busy_ns", value: { intValue: "71375" } },
                { key: "count", value: { intValue: "0" } },
              ],
            },
          ],
        },
      ],
    },
  ],
};

it("keeps JSON and protobuf, plain and gzipped, as the same OTLP/JSON", async () => {
  await using recorder = await startRecorder();
  const json = JSON.stringify(request);
  const protobuf = encodeTraces(tracesFromJson(json));
  for (const [type, body] of [
    ["application/json", Buffer.from(json)],
    ["application/x-protobuf", Buffer.from(protobuf)],
  ] as const) {
    for (const headers of [{}, { "content-encoding": "gzip" }]) {
      const sent = "content-encoding" in headers ? gzipSync(body) : body;
      const { status } = await fetch(`${recorder.url}/v1/traces`, {
        method: "POST",
        headers: { "content-type": type, ...headers },
        body: sent,
      });
      expect(status).toBe(200);
    }
  }
  const read = recorder.arrivals.map((arrival) =>
    tracesFromJson(JSON.stringify(readArrival(arrival))),
  );
  expect(read).toHaveLength(4);
  for (const one of read) expect(one).toEqual(tracesFromJson(json));
});

it("takes the machine out and leaves ids, times and keys", () => {
  const tally = { shortened: 0 };
  const clean = scrub(
    request,
    { hostName: "laptop", texts: [["/home/me/cache/room-x1", "/recorded"]] },
    tally,
  );
  const text = JSON.stringify(clean);
  expect(text).not.toMatch(/laptop|\/home\/me/);
  expect(text).toContain('"/recorded/project"');
  expect(text.replaceAll(/"stringValue":"[^"]*"/g, "")).toBe(
    JSON.stringify(request).replaceAll(/"stringValue":"[^"]*"/g, ""),
  );
  const long = scrub("x".repeat(5000), { hostName: "", texts: [] }, tally);
  expect([long, tally.shortened]).toEqual([`${"x".repeat(200)} ... (4800 more characters)`, 1]);
});

it("leaves out bookkeeping, and nothing that tells of the session", () => {
  const slim = JSON.stringify(withoutBookkeeping(request));
  expect(slim).not.toContain("busy_ns");
  for (const kept of ["b7ad6b7169203331", "thread.id", '"intValue":"0"', "1795276143549998453"])
    expect(slim).toContain(kept);
  expect(firstPoints({ name: "m", sum: { dataPoints: [{ asInt: "1" }, { asInt: "2" }] } })).toEqual(
    {
      name: "m",
      sum: { dataPoints: [{ asInt: "1" }] },
    },
  );
});
