import { beforeAll, expect, test } from "vitest";

import { sendTurn } from "../support/agent.ts";
import { sharedBackend } from "../support/backend.ts";

const shared = sharedBackend();

beforeAll(async () => {
  await sendTurn(shared(), "one");
  await sendTurn(shared(), "other", "web-agent");
});

const q = encodeURIComponent;
const get = (path: string) => shared().json(`/loki/api/v1${path}`);
const all = q('{service_name=~".+"}');

test("labels are those of streams; a session id is none", async () => {
  expect(await get("/labels")).toEqual({ status: "success", data: ["service_name"] });
  expect(await get("/label")).toEqual({ status: "success", data: ["service_name"] });
  expect(await get("/label/service_name/values")).toEqual({
    status: "success",
    data: ["shop-agent", "web-agent"],
  });
  expect(await get("/label/session_id/values")).toEqual({ status: "success", data: [] });
  expect(await get(`/label/service_name/values?query=${q('{service_name=~"w.*"}')}`)).toEqual({
    status: "success",
    data: ["web-agent"],
  });
});

test("series are selected by any of their selectors, under both names of the parameter", async () => {
  const shop = q('{service_name="shop-agent"}');
  expect(await get(`/series?match[]=${shop}`)).toEqual({
    status: "success",
    data: [{ service_name: "shop-agent" }],
  });
  expect(await get(`/series?match=${shop}&match=${q('{service_name="web-agent"}')}`)).toMatchObject(
    {
      data: { length: 2 },
    },
  );
  expect(await get("/series")).toMatchObject({ data: { length: 2 } });
  const hourAgo = Math.floor(Date.now() / 1_000) - 3_600;
  expect(await get(`/series?start=${hourAgo - 60}&end=${hourAgo}`)).toMatchObject({ data: [] });
});

test("stats and volumes say how much there is", async () => {
  expect(await get(`/index/stats?query=${all}`)).toEqual({
    streams: 2,
    chunks: 2,
    entries: 6,
    bytes: expect.any(Number),
  });
  expect(await get(`/index/volume?query=${all}`)).toMatchObject({
    data: {
      resultType: "vector",
      result: [
        {
          metric: { service_name: expect.any(String) },
          value: [expect.any(Number), expect.any(String)],
        },
        { metric: { service_name: expect.any(String) } },
      ],
    },
  });
  const levels = await get(`/index/volume?query=${all}&targetLabels=detected_level`);
  expect(levels).toMatchObject({
    data: {
      result: [{ metric: { detected_level: "info" } }, { metric: { detected_level: "error" } }],
    },
  });
  expect(await get(`/index/volume?query=${all}&aggregateBy=labels`)).toMatchObject({
    data: { result: [{ metric: { service_name: "" } }] },
  });
  expect(
    await get(`/index/volume_range?query=${all}&targetLabels=detected_level&step=1m`),
  ).toMatchObject({
    data: { resultType: "matrix", result: [{ metric: { detected_level: "info" } }, {}] },
  });
});

test("fields are detected in metadata and lines, and never those of the stream", async () => {
  const { fields } = (await get(`/detected_fields?query=${all}`)) as {
    readonly fields: readonly { readonly label: string }[];
  };
  const by = new Map(fields.map((field) => [field.label, field]));
  expect(by.get("session_id")).toEqual({
    label: "session_id",
    type: "string",
    cardinality: 2,
    parsers: null,
  });
  expect(by.get("amount")).toEqual({
    label: "amount",
    type: "float",
    cardinality: 1,
    parsers: ["json"],
    jsonPath: ["amount"],
  });
  expect(by.get("nested_why")).toMatchObject({ jsonPath: ["nested", "why"] });
  expect(by.get("took")).toMatchObject({ type: "duration", parsers: ["logfmt"] });
  expect(by.get("hits")).toMatchObject({ type: "int" });
  expect(by.has("service_name")).toBe(false);
  expect(await get(`/detected_field/tool/values?query=${all}`)).toMatchObject({
    values: ["refund", "search"],
  });
  expect(await get("/detected_labels")).toEqual({
    detectedLabels: [{ label: "service_name", cardinality: 2 }],
  });
});

test("what Grafana asks about the server itself is answered", async () => {
  expect(await get("/status/buildinfo")).toMatchObject({ version: expect.stringMatching(/^\d/) });
  expect(await get(`/patterns?query=${all}`)).toEqual({ status: "success", data: [] });
  expect(await get("/drilldown-limits")).toMatchObject({ pattern_ingester_enabled: false });
  expect(await get(`/format_query?query=${q('{a = "b"}|="c"')}`)).toEqual({
    status: "success",
    data: '{a="b"} |= "c"',
  });
  expect(await (await shared().get("/loki/ready")).text()).toBe("ready\n");
});
