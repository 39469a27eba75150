import { expect, onTestFinished, test } from "vitest";

import { backend, sharedBackend, type TestBackend } from "../support/backend.ts";
import { openEvents, type EventStream, type SentEvent } from "../support/sse.ts";
import { logsBody, tracesBody } from "../support/requests.ts";

const shared = sharedBackend();

async function follow(
  server: TestBackend,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventStream> {
  const stream = await openEvents(server.url + path, headers);
  onTestFinished(() => stream.close());
  return stream;
}

/** Takes events until `enough` says so; the stream stays open. */
async function take(
  stream: EventStream,
  enough: (events: readonly SentEvent[]) => boolean,
): Promise<SentEvent[]> {
  const events: SentEvent[] = [];
  const iterator = stream[Symbol.asyncIterator]();
  while (!enough(events)) {
    const next = await iterator.next();
    if (next.done === true) break;
    events.push(next.value);
  }
  return events;
}

const ofType = (events: readonly SentEvent[], type: string) =>
  events.filter((event) => event.type === type);

test("a session's records arrive as they become durable, with the session they change", async () => {
  const server = shared();
  await server.post("/v1/traces", tracesBody({ session: "watched" }));
  const stream = await follow(server, "/api/v1/sessions/watched/live");
  expect(stream.response.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
  await server.post("/v1/traces", tracesBody({ session: "watched", spans: 3 }));
  await server.post("/v1/traces", tracesBody({ session: "elsewhere", spans: 3 }));
  await server.post("/v1/logs", logsBody({ session: "watched", records: 2 }));
  const events = await take(stream, (seen) => ofType(seen, "record").length >= 5);
  const records = ofType(events, "record").map(({ data }) => data as { session_id: string });
  expect(new Set(records.map(({ session_id }) => session_id))).toEqual(new Set(["watched"]));
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
});

test("the live list tells of every session, and of records only when asked", async () => {
  const server = await backend();
  const plain = await follow(server, "/api/v1/live");
  const whole = await follow(server, "/api/v1/live?records=true");
  await server.post("/v1/traces", tracesBody({ session: "new-one" }));
  const [first] = await take(plain, (seen) => seen.length >= 1);
  expect(first).toMatchObject({ type: "session", data: { id: "new-one", spans: 1 } });
  const events = await take(whole, (seen) => ofType(seen, "record").length >= 1);
  expect(ofType(events, "record")[0]).toMatchObject({ data: { session_id: "new-one" } });
});

test("a session can be followed before it begins", async () => {
  const server = shared();
  const stream = await follow(server, "/api/v1/live?session=yet%2Fto%20come");
  await server.post("/v1/traces", tracesBody({ session: "elsewhere" }));
  await server.post("/v1/traces", tracesBody({ session: "yet/to come" }));
  const [first] = await take(stream, (seen) => ofType(seen, "record").length >= 1);
  expect(first).toMatchObject({ type: "record", data: { session_id: "yet/to come" } });
});

test("under load, with a reader that loses its connection again and again, nothing is missing and nothing comes twice", async () => {
  const server = shared();
  await server.post("/v1/traces", tracesBody({ session: "busy" }));
  const rounds = 60;
  const perRound = 20;
  const all = rounds * perRound;
  let stream = await follow(server, "/api/v1/sessions/busy/live");
  const sending = (async () => {
    for (let round = 0; round < rounds; round++) {
      await server.post("/v1/traces", tracesBody({ session: "busy", spans: perRound }));
    }
  })();

  const seen: string[] = [];
  let connections = 0;
  while (seen.length < all) {
    connections++;
    // Lost after ever different numbers of events, in the middle of commits too.
    const most = 37 * connections;
    const events = await take(
      stream,
      (events) => events.length >= most || seen.length + ofType(events, "record").length >= all,
    );
    stream.close();
    expect(ofType(events, "gap")).toEqual([]);
    for (const { type, data } of events) {
      if (type === "record") seen.push((data as { record_id: string }).record_id);
    }
    const cursor = events.at(-1)?.id ?? "";
    stream = await follow(server, "/api/v1/sessions/busy/live", { "last-event-id": cursor });
  }
  await sending;
  expect(connections).toBeGreaterThan(3);
  expect(seen).toHaveLength(all);
  expect(new Set(seen).size).toBe(all);
});

test("a cursor from before the server's memory is answered with a gap, not with silence", async () => {
  const server = shared();
  await server.post("/v1/traces", tracesBody({ session: "old" }));
  for (const cursor of ["0.0", "nonsense", "999999999.0"]) {
    const stream = await follow(server, `/api/v1/sessions/old/live?cursor=${cursor}`);
    await server.post("/v1/traces", tracesBody({ session: "old" }));
    const [first] = await take(stream, (seen) => seen.length >= 1);
    expect(first, cursor).toMatchObject({ type: "gap", data: { reason: expect.any(String) } });
  }
});

test("a reader that takes nothing costs a bounded memory and is let go; its cursor brings it back", async () => {
  const server = await backend({ limits: { stalledMs: 300 } });
  await server.post("/v1/traces", tracesBody({ session: "flood" }));
  const stalled = await follow(server, "/api/v1/sessions/flood/live");
  stalled.response.pause();
  await expect.poll(() => server.metric("throughline_live_clients")).toBe(1);
  const attributes = { filler: "x".repeat(2_000) };
  for (let round = 0; round < 20; round++) {
    await server.post("/v1/traces", tracesBody({ session: "flood", spans: 500, attributes }));
  }
  await expect.poll(() => server.metric("throughline_live_clients")).toBe(0);
  // What the connection did not take was never made: 20 MB of records stayed where they were.
  expect(await server.metric('throughline_live_events_total{type="record"}')).toBeLessThan(5_000);
});

test("quiet streams carry heartbeats", async () => {
  const server = await backend({ limits: { heartbeatMs: 20 } });
  const stream = await follow(server, "/api/v1/live");
  const reading = take(stream, () => false);
  await expect.poll(() => stream.comments.length).toBeGreaterThan(2);
  stream.close();
  expect(await reading).toEqual([]);
});

test("more streams than allowed are refused", async () => {
  const server = await backend({ limits: { liveClients: 2 } });
  await follow(server, "/api/v1/live");
  const second = await follow(server, "/api/v1/live");
  expect((await server.get("/api/v1/live")).status).toBe(429);
  second.close();
  await expect.poll(() => server.metric("throughline_live_clients")).toBe(1);
  await follow(server, "/api/v1/live");
});

test("a stop ends the streams in order", async () => {
  const server = await backend();
  const stream = await follow(server, "/api/v1/live");
  const reading = take(stream, () => false);
  await server.close();
  expect(await reading).toEqual([]);
  expect(stream.response.complete).toBe(true);
});
