import { createEntryReader } from "@throughline/query/logql";
import { describe, expect, test } from "vitest";

import { entry, log } from "./records.ts";

describe("a record as Loki would have stored it", () => {
  test("index labels come from the resource, the rest is structured metadata with underscores", () => {
    const { line, metadata, stream } = entry({
      body: "hello",
      severity: 9,
      level: "INFO",
      event: "session.start",
      trace: "ab".repeat(16),
      span: "cd".repeat(8),
      attributes: {
        "session.id": "s1",
        tokens: 812,
        ok: true,
        "1st": "x",
        nested: { a: { b: 1.5 } },
        list: [1, "x"],
      },
      resource: { "k8s.pod.name": "pod-1", "host.name": "h" },
    });
    expect(line).toBe("hello");
    expect(Object.fromEntries(stream)).toEqual({ service_name: "agent", k8s_pod_name: "pod-1" });
    expect(Object.fromEntries(metadata)).toEqual({
      host_name: "h",
      session_id: "s1",
      tokens: "812",
      ok: "true",
      _1st: "x",
      nested_a_b: "1.5",
      list: '[1,"x"]',
      severity_number: "9",
      severity_text: "INFO",
      event_name: "session.start",
      trace_id: "ab".repeat(16),
      span_id: "cd".repeat(8),
      detected_level: "info",
    });
  });

  test("a body that is no text becomes JSON, with integers of any size", () => {
    expect(entry({ body: { b: [1, null, true], a: 2n ** 60n } }).line).toBe(
      '{"a":1152921504606846976,"b":[1,null,true]}',
    );
    expect(entry({ body: null }).line).toBe("");
    expect(entry({ body: new Uint8Array([104, 105]) }).line).toBe("aGk=");
  });

  test("a resource without a name is unknown_service", () => {
    const record = log();
    const nameless = { ...record, resource: { attributes: Object.create(null) } };
    expect(createEntryReader()(nameless).stream.get("service_name")).toBe("unknown_service");
  });

  test("records of one resource share their stream", () => {
    const read = createEntryReader();
    const record = log();
    expect(read(record).stream).toBe(read({ ...record, body: "x" }).stream);
  });

  test.each([
    [{ severity: 17 }, "error"],
    [{ severity: 24 }, "fatal"],
    [{ severity: 13, attributes: { level: "DBG" } }, "debug"],
    [{ level: "WARNING" }, "warn"],
    [{ body: '{"msg":"x","level":"error"}' }, "error"],
    [{ body: "ts=1 level=debug msg=x" }, "debug"],
    [{ body: "nothing" }, "unknown"],
  ])("level of %j is %s", (sketch, level) => {
    expect(entry(sketch).metadata.get("detected_level")).toBe(level);
  });
});
