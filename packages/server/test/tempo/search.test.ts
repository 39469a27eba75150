import { beforeAll, describe, expect, test } from "vitest";

import { around, sendTurn, type SentTurn } from "../support/agent.ts";
import { sharedBackend } from "../support/backend.ts";

const shared = sharedBackend();
let one: SentTurn;
let other: SentTurn;

beforeAll(async () => {
  one = await sendTurn(shared(), "one");
  other = await sendTurn(shared(), "other", "web-agent");
});

interface Trace {
  readonly traceID: string;
  readonly spanSets: readonly { readonly matched: number; readonly spans: readonly object[] }[];
}

async function search(query: string, more = ""): Promise<readonly Trace[]> {
  const path = `/tempo/api/search?q=${encodeURIComponent(query)}&${around()}${more}`;
  const found = (await shared().json(path)) as { readonly traces: readonly Trace[] };
  return found.traces;
}

function ids(traces: readonly Trace[]): string[] {
  return traces.map(({ traceID }) => traceID.padStart(32, "0"));
}

describe("TraceQL", () => {
  test("a session's traces are found by its id, as Tempo writes them and with nothing more", async () => {
    const [found, ...others] = await search(
      '{ span.session.id = "one" && name =~ "execute_tool.*" } | select(status)',
      "&spss=1",
    );
    expect(others).toEqual([]);
    const tool = {
      spanID: expect.stringMatching(/^[0-9a-f]{16}$/),
      name: expect.stringMatching(/^execute_tool/),
      startTimeUnixNano: expect.stringMatching(/^\d{19}$/),
      durationNanos: expect.stringMatching(/^\d+$/),
      attributes: [
        { key: "session.id", value: { stringValue: "one" } },
        { key: "status", value: { stringValue: expect.stringMatching(/^(?:unset|error)$/) } },
      ],
    };
    const set = { spans: [tool], matched: 2 };
    expect({ durationMs: 0, ...found }).toStrictEqual({
      traceID: one.traceId.replace(/^0+/, ""),
      rootServiceName: "shop-agent",
      rootTraceName: "invoke_agent shop-agent",
      startTimeUnixNano: expect.stringMatching(/^\d{19}$/),
      durationMs: expect.any(Number),
      spanSet: set,
      spanSets: [set],
      serviceStats: { "shop-agent": { spanCount: 4, errorCount: 1 } },
    });
  });

  test("traces come newest first, and no more than asked for", async () => {
    expect(ids(await search("{ }"))).toEqual([other.traceId, one.traceId]);
    expect(ids(await search("{ }", "&limit=1"))).toEqual([other.traceId]);
    expect(ids(await search("{ } with (most_recent=true)", "&limit=1"))).toEqual([other.traceId]);
  });

  test("structure, aggregates and events are looked at across a trace", async () => {
    const failing =
      '{ nestedSetParent < 0 && resource.service.name = "web-agent" } >> { status = error }';
    expect(ids(await search(failing))).toEqual([other.traceId]);
    expect(ids(await search('{ event.exception.type = "RefundRefused" } | count() > 1'))).toEqual(
      [],
    );
    expect(await search("{ span.gen_ai.usage.output_tokens > 90 } | count() = 1")).toHaveLength(2);
    expect(ids(await search(`{ trace:id = "${one.traceId}" }`))).toEqual([one.traceId]);
    expect(ids(await search(`{ rootServiceName = "web-agent" && status = error }`))).toEqual([
      other.traceId,
    ]);
  });

  test("what lies outside the window is not found", async () => {
    const now = Math.floor(Date.now() / 1_000);
    const before = `/tempo/api/search?q=%7B%7D&start=${now - 7_200}&end=${now - 3_600}`;
    expect(await shared().json(before)).toStrictEqual({
      traces: [],
      metrics: { completedJobs: 1, totalJobs: 1 },
    });
  });
});

describe("tags", () => {
  const tags = async (text: string, more = ""): Promise<string[]> => {
    const path = `/tempo/api/search?tags=${encodeURIComponent(text)}&${around()}${more}`;
    return ids(((await shared().json(path)) as { traces: readonly Trace[] }).traces);
  };

  test("the older form finds by attributes, names, status and duration", async () => {
    expect(await tags("service.name=web-agent")).toEqual([other.traceId]);
    expect(await tags('session.id=one name="execute_tool refund"')).toEqual([one.traceId]);
    expect(await tags("error=true gen_ai.tool.name=search")).toEqual([]);
    expect(await tags("status.code=error gen_ai.tool.name=refund")).toHaveLength(2);
    expect(await tags("gen_ai.usage.output_tokens=96")).toHaveLength(2);
    expect(await tags("session.id=one", "&minDuration=1h")).toEqual([]);
    expect(await tags("session.id=one", "&maxDuration=1h")).toEqual([one.traceId]);
  });
});

describe("refusals are text, with the place", () => {
  test.each([
    ["q={ span.a = ", /column 12: the query ends here/],
    ["q={ } | rate()", /query_range/],
    ["q={ }&tags=a=b", /together/],
    ["tags=a=b a=c", /twice/],
    ["q={ }&limit=0", /"limit"/],
    ["q={ }&start=5", /"start" and "end"/],
    ["q={ }&start=10&end=5", /later/],
    ["q={ }&start=1.5&end=2.5", /whole seconds/],
    ["tags=a=b&minDuration=2s&maxDuration=1s", /shorter/],
    ["q={ }&spss=101", /"spss"/],
  ])("%s", async (query, said) => {
    const response = await shared().get(`/tempo/api/search?${encodeURI(query)}`);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
    expect(await response.text()).toMatch(said);
  });
});
