import { beforeAll, describe, expect, test } from "vitest";

import { sendTurn, type SentTurn } from "../support/agent.ts";
import { sharedBackend } from "../support/backend.ts";

const shared = sharedBackend();
let sent: SentTurn;

beforeAll(async () => {
  sent = await sendTurn(shared(), "one");
  await sendTurn(shared(), "other", "web-agent");
});

const q = encodeURIComponent;
const api = "/loki/api/v1";

interface Stream {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [string, string, object?])[];
}

async function streams(query: string, more = ""): Promise<readonly Stream[]> {
  const answer = await shared().json(`${api}/query_range?query=${q(query)}${more}`);
  return (answer as { readonly data: { readonly result: readonly Stream[] } }).data.result;
}

function lines(found: readonly Stream[]): string[] {
  return found.flatMap(({ values }) => values.map(([, line]) => line));
}

const refused = "the refund was refused";

describe("query_range of lines", () => {
  test("a session is found as structured metadata, and everything a record carries is told", async () => {
    const found = await streams('{service_name="shop-agent"} | session_id="one" |= "refused"');
    expect(found).toStrictEqual([
      {
        stream: {
          detected_level: "error",
          host_name: "here",
          scope_name: "agent",
          scope_version: "1.0.0",
          service_name: "shop-agent",
          session_id: "one",
          severity_number: "17",
          severity_text: "ERROR",
          span_id: sent.toolId,
          trace_id: sent.traceId,
        },
        values: [[expect.stringMatching(/^\d{19}$/), refused]],
      },
    ]);
    expect(await streams('{session_id="one"}')).toEqual([]);
  });

  test("labels are told apart where the client asks for it, and what Grafana reads first comes first", async () => {
    const response = await shared().get(
      `${api}/query_range?query=${q('{service_name="shop-agent"} |= "amount" | json')}`,
      { "x-loki-response-encoding-flags": "categorize-labels" },
    );
    const text = await response.text();
    expect(text).toMatch(
      /^\{"status":"success","data":\{"resultType":"streams","encodingFlags":\["categorize-labels"\],"result":/,
    );
    expect(JSON.parse(text)).toMatchObject({
      data: {
        result: [
          {
            stream: { service_name: "shop-agent" },
            values: [
              [
                expect.any(String),
                expect.any(String),
                {
                  structuredMetadata: { session_id: "one", trace_id: sent.traceId },
                  parsed: { tool: "refund", amount: "12.5", nested_why: "late" },
                },
              ],
            ],
          },
        ],
        stats: { summary: { totalLinesProcessed: expect.any(Number) } },
      },
    });
  });

  test("pages go on where the last one ended, in either direction", async () => {
    const everything = '{service_name=~".+"}';
    const all = await streams(everything, "&limit=5000");
    const times = all.flatMap(({ values }) => values.map(([time]) => BigInt(time))).toSorted(up);
    expect(times).toHaveLength(6);
    const [first = 0n] = times;
    const oldest = await streams(everything, "&limit=2&direction=FORWARD");
    expect(lines(oldest)).toHaveLength(2);
    expect(
      oldest.flatMap(({ values }) => values.map(([time]) => BigInt(time))).toSorted(up),
    ).toEqual(times.slice(0, 2));
    // The start is part of it, the end is not.
    const from = lines(await streams(everything, `&start=${first}&end=${first + 1n}`));
    expect(from).toHaveLength(times.filter((time) => time === first).length);
    expect(await streams(everything, `&start=${first - 10n}&end=${first}`)).toEqual([]);
  });

  test("a form asks as well as an address does", async () => {
    const response = await shared().post(
      `${api}/query_range`,
      `query=${q('{service_name="web-agent"} |= "refused"')}`,
      {
        "content-type": "application/x-www-form-urlencoded",
      },
    );
    expect(await response.json()).toMatchObject({
      data: { result: [{ values: [[expect.any(String), refused]] }] },
    });
  });

  test("lines that a stage fails on go on and say so", async () => {
    const found = await streams('{service_name="shop-agent"} |= "refused" | json');
    expect(found).toMatchObject([{ stream: { __error__: "JSONParserErr" } }]);
  });
});

describe("metrics", () => {
  test("ranges become a matrix, instants a vector, numbers a scalar", async () => {
    const query = q(
      'sum by (service_name, detected_level) (count_over_time({service_name=~".+"}[5m]))',
    );
    expect(await shared().json(`${api}/query?query=${query}`)).toMatchObject({
      status: "success",
      data: {
        resultType: "vector",
        // In the order of their labels.
        result: [
          {
            metric: { service_name: "shop-agent", detected_level: "error" },
            value: [expect.any(Number), "1"],
          },
          { metric: { service_name: "web-agent", detected_level: "error" } },
          {
            metric: { service_name: "shop-agent", detected_level: "info" },
            value: [expect.any(Number), "2"],
          },
          { metric: { service_name: "web-agent", detected_level: "info" } },
        ],
      },
    });
    expect(
      await shared().json(`${api}/query_range?query=${query}&since=1m&step=30s`),
    ).toMatchObject({
      data: { resultType: "matrix", result: { length: 4 } },
    });
    expect(await shared().json(`${api}/query?query=${q("1 + 1")}`)).toMatchObject({
      data: { resultType: "scalar", result: [expect.any(Number), "2"] },
    });
  });

  test("Grafana's own health check is answered", async () => {
    expect(
      await shared().json(`${api}/query?query=${q("vector(1)+vector(1)")}&time=4000000000`),
    ).toMatchObject({
      data: { resultType: "vector", result: [{ metric: {}, value: [4_000_000_000, "2"] }] },
    });
  });

  test("values that lines hold are measured", async () => {
    const query =
      'avg_over_time({service_name="shop-agent"} | json | unwrap amount | __error__="" [5m]) by (tool)';
    expect(await shared().json(`${api}/query?query=${q(query)}`)).toMatchObject({
      data: { result: [{ metric: { tool: "refund" }, value: [expect.any(Number), "12.5"] }] },
    });
  });
});

describe("refusals are text, with the place", () => {
  test.each([
    ["query_range", '{service_name="a"', /column/],
    ["query_range", "", /"query" is missing/],
    ["query_range", '{service_name=~".*"}', /selector needs/],
    ["query", '{service_name="shop-agent"}', /query_range/],
    ["query", 'sum(rate({service_name="shop-agent"} | json [5m]))', /JSONParserErr/],
    ["query", 'count_over_time({service_name="a"} | a = ip("1.1.1.1") [1m])', /ip/],
  ])("%s %s", async (path, query, said) => {
    const response = await shared().get(`${api}/${path}?query=${q(query)}`);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
    expect(await response.text()).toMatch(said);
  });

  test.each(["limit=0", "limit=5001", "direction=up", "start=soon", "step=0s", "end=1&start=2"])(
    "%s",
    async (wrong) => {
      const query = q('sum(count_over_time({service_name="a"}[1m]))');
      const response = await shared().get(`${api}/query_range?query=${query}&${wrong}`);
      expect(response.status).toBe(400);
    },
  );
});

function up(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
