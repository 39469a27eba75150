import { describe, expect, test } from "vitest";

import { backend, sharedBackend, type TestBackend } from "../support/backend.ts";
import { logsBody, tracesBody } from "../support/requests.ts";

const shared = sharedBackend();

describe("one session", () => {
  test("is found by id, by a unique prefix and as the latest; an ambiguous one names the candidates", async () => {
    const server = shared();
    await server.post("/v1/traces", tracesBody({ session: "thread-1a" }));
    await server.post("/v1/traces", tracesBody({ session: "thread-1b" }));
    await server.post("/v1/traces", tracesBody({ session: "über/…? #" }));
    expect(await server.json("/api/v1/sessions/thread-1b")).toMatchObject({ id: "thread-1b" });
    expect(await server.json("/api/v1/sessions/%C3%BCber")).toMatchObject({ id: "über/…? #" });
    const whole = encodeURIComponent("über/…? #");
    expect(await server.json(`/api/v1/sessions/${whole}`)).toMatchObject({ schema: 1 });
    expect(await server.json("/api/v1/sessions/latest")).toMatchObject({ schema: 1 });

    const both = await server.get("/api/v1/sessions/thread");
    expect(both.status).toBe(409);
    expect(await both.json()).toMatchObject({
      error: {
        code: "ambiguous_session",
        message: expect.stringMatching(/thread-1a.*thread-1b/),
        candidates: ["thread-1a", "thread-1b"],
      },
    });
    const none = await server.get("/api/v1/sessions/nobody");
    expect(none.status).toBe(404);
    expect(await none.json()).toMatchObject({
      error: {
        code: "no_session",
        message: expect.stringMatching(/nobody/),
        hint: expect.any(String),
      },
    });
  });

  test("gives its records in pages that together are all of them, once each", async () => {
    const server = shared();
    await server.post("/v1/traces", tracesBody({ session: "paged", spans: 250 }));
    await server.post("/v1/logs", logsBody({ session: "paged", records: 250 }));
    const ids = new Set<string>();
    let cursor = "";
    let pages = 0;
    do {
      const page = await records(server, "paged", `limit=60${cursor}`);
      for (const record of page.records) ids.add(record.record_id);
      cursor = page.next === null ? "" : `&cursor=${encodeURIComponent(page.next)}`;
      pages++;
    } while (cursor !== "");
    expect(ids.size).toBe(500);
    expect(pages).toBe(9);
  });

  test("filters its records by kind, text and attribute", async () => {
    const server = shared();
    await server.post("/v1/traces", tracesBody({ session: "filtered", name: "chat model-x" }));
    const attributes = { "gen_ai.tool.name": "refund" };
    await server.post("/v1/traces", tracesBody({ session: "filtered", attributes, spans: 2 }));
    await server.post("/v1/logs", logsBody({ session: "filtered", name: "needle in hay" }));
    const count = async (query: string) =>
      (await records(server, "filtered", query)).records.length;
    expect(await count("")).toBe(4);
    expect(await count("kind=span")).toBe(3);
    expect(await count("kind=log")).toBe(1);
    expect(await count("grep=needle")).toBe(1);
    expect(await count("attr.gen_ai.tool.name=refund")).toBe(2);
    expect(await count("attr.gen_ai.tool.name=other")).toBe(0);
    expect(await count("since=1h&until=now")).toBe(4);
    expect(await count("until=1h")).toBe(0);
  });
});

test("the list is filtered, sorted and paged", async () => {
  const server = await backend();
  for (let n = 0; n < 7; n++) await server.post("/v1/traces", tracesBody({ session: `s-${n}` }));
  const first = await list(server, "limit=4&sort=last");
  expect(first.sessions).toHaveLength(4);
  const rest = await list(
    server,
    `limit=4&sort=last&cursor=${encodeURIComponent(first.next ?? "")}`,
  );
  expect(rest.next).toBeNull();
  const ids = [...first.sessions, ...rest.sessions].map(({ id }) => id);
  expect(ids.toSorted()).toEqual(["s-0", "s-1", "s-2", "s-3", "s-4", "s-5", "s-6"]);
  expect((await list(server, "grep=s-3")).sessions.map(({ id }) => id)).toEqual(["s-3"]);
  expect((await list(server, "errors=true")).sessions).toEqual([]);
  expect((await list(server, "service=nobody")).sessions).toEqual([]);
});

test("one trace is given with every record of it", async () => {
  const server = shared();
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  await server.post("/v1/traces", tracesBody({ session: "traced", traceId, spans: 2 }));
  await server.post("/v1/logs", logsBody({ traceId }));
  await server.post("/v1/traces", tracesBody({ session: "traced" }));
  const page = await server.json(`/api/v1/traces/${traceId.toUpperCase()}`);
  const { records: all } = page as { records: { trace_id: string }[] };
  expect(all.map(({ trace_id }) => trace_id)).toEqual([traceId, traceId, traceId]);
  expect(await server.json(`/api/v1/traces/${"0".repeat(31)}1`)).toMatchObject({ records: [] });
});

test("search finds records of every session and of none", async () => {
  const server = shared();
  await server.post("/v1/traces", tracesBody({ session: "a", name: "execute_tool cancel_order" }));
  await server.post("/v1/traces", tracesBody({ name: "execute_tool cancel_order" }));
  await server.post("/v1/traces", tracesBody({ session: "b", name: "something else" }));
  const found = await server.json("/api/v1/search?since=10m&grep=cancel_order");

  const { records: all } = found as { records: { session_id: string }[] };
  expect(all.map(({ session_id }) => session_id).toSorted()).toEqual(["", "a"]);
});

describe("query parameters", () => {
  const good = [
    "since=15m",
    "since=now-2h",
    "since=7d&until=now",
    "since=2026-11-20T10:00:00Z&until=2026-11-20T12:00:00.5%2B02:00",
    "since=2026-11-20",
    "since=1795276707",
    "since=1795276707660",
    "since=1795276707660000000",
    "errors",
    "errors=false",
    "limit=1000&sort=cost",
  ];
  test.each(good)("?%s is understood", async (query) => {
    expect((await shared().get(`/api/v1/sessions?${query}`)).status).toBe(200);
  });

  const bad: [string, RegExp][] = [
    ["since=yesterday", /"since" takes a duration/],
    ["since=2026-11-20T10:00:00", /"since" takes/],
    ["since=", /"since" takes/],
    ["since=now&until=1h", /later than/],
    ["limit=0", /"limit" takes a whole number from 1 to 1000/],
    ["limit=1e3", /"limit"/],
    ["limit=99999999999", /"limit"/],
    ["sort=random", /"sort" takes one of last, duration, cost, errors/],
    ["errors=maybe", /"errors" takes true or false/],
    ["grep=", /"grep" is empty/],
    ["grep=a&grep=b", /more than once/],
    ["level=error", /"level" is unknown here; known: since,/],
    ["__proto__=1", /"__proto__" is unknown/],
    [`grep=${"x".repeat(2_001)}`, /longer than/],
  ];
  test.each(bad)("?%s is a 400 that says why", async (query, why) => {
    const response = await shared().get(`/api/v1/sessions?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: "bad_parameter", message: expect.stringMatching(why) },
    });
  });

  test("a cursor that is none is a 400 too", async () => {
    const server = shared();
    await server.post("/v1/traces", tracesBody({ session: "c" }));
    for (const path of ["/api/v1/sessions", "/api/v1/sessions/c/records", "/api/v1/search"]) {
      expect((await server.get(`${path}?cursor=nonsense`)).status, path).toBe(400);
    }
  });
});

interface Listed {
  readonly sessions: readonly { readonly id: string }[];
  readonly next: string | null;
}

async function list(server: TestBackend, query: string): Promise<Listed> {
  return (await server.json(`/api/v1/sessions?${query}`)) as Listed;
}

interface Page {
  readonly records: readonly { readonly record_id: string }[];
  readonly next: string | null;
}

async function records(server: TestBackend, id: string, query: string): Promise<Page> {
  return (await server.json(`/api/v1/sessions/${id}/records?${query}`)) as Page;
}
